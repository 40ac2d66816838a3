"""Probabilities → the labels proposed, and the reasons for which a person must look.

Every head has its own gate; a sure module never hides an unsure urgency. Confidence is reported
as calibrated and never overwritten by a decision.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.calibrate import Probabilities
from model.conformal import candidates
from model.heads import Labels


@dataclass(frozen=True, slots=True)
class Gates:
    """Operating points chosen on out-of-fold predictions.

    ``module``, ``urgency``, ``function``: least confidence let through without a look; above 1
    nothing is let through. ``ambiguity``: least margin between the first two modules.
    ``urgency_costs``: what missing each urgency costs, in the order of labels, above 0.
    ``critical``: alarm score from which a person must look at once, whatever the label.
    ``concern``: probability from which another module is named as secondary.
    """

    module: float
    urgency: float
    function: float
    ambiguity: float
    urgency_costs: tuple[float, ...]
    critical: float
    concern: float


@dataclass(frozen=True, slots=True)
class CandidateRule:
    """Class-conditional conformal quantiles per head and the coverage they were made for."""

    coverage: float
    module: NDArray[np.float64]
    urgency: NDArray[np.float64]
    function: NDArray[np.float64]

    def opened(self) -> "CandidateRule":
        """Every label a candidate: quantiles hold for texts like those they were fitted on."""
        heads = (self.module, self.urgency, self.function)
        return CandidateRule(1.0, *(np.ones_like(quantiles) for quantiles in heads))


@dataclass(frozen=True, slots=True)
class Choice:
    """One head: the index of the label chosen, all probabilities, members of the candidate set."""

    label: int
    probabilities: NDArray[np.float64]
    candidates: NDArray[np.bool_]

    @property
    def confidence(self) -> float:
        return float(self.probabilities[self.label])


@dataclass(frozen=True, slots=True)
class Decision:
    """``secondary`` holds (concern index, probability), the likeliest first.

    ``alarm``: it may be an emergency, and a person looks at it as if it were one.
    """

    module: Choice
    urgency: Choice
    function: Choice
    secondary: tuple[tuple[int, float], ...]
    alarm: bool
    reasons: tuple[str, ...]


def decide(
    probabilities: Probabilities,
    alarming: NDArray[np.float64],
    labels: Labels,
    gates: Gates,
    rule: CandidateRule,
) -> Decision:
    """Decide one clue; every array of ``probabilities`` has one dimension, ``alarming`` none."""
    module, urgency, function = map(int, choose_labels(probabilities, labels, gates.urgency_costs))
    choices = (
        _choose(module, probabilities.module, rule.module),
        _choose(urgency, probabilities.urgency, rule.urgency),
        _choose(function, probabilities.function, rule.function),
    )
    alarm = raises_alarm(alarming, probabilities.urgency, labels, gates)
    secondary = _secondary(probabilities, labels, labels.modules[module], gates.concern)
    return Decision(
        *choices,
        secondary=secondary,
        alarm=bool(alarm),
        reasons=_reasons(choices, bool(alarm), gates, len(secondary)),
    )


def choose_labels(
    probabilities: Probabilities, labels: Labels, urgency_costs: tuple[float, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Module, urgency and function proposed: the likeliest module, the urgency of least expected
    cost, and the likeliest function that the module allows. Shapes (…, labels) → (…) each."""
    module = probabilities.module.argmax(axis=-1)
    possible = np.where(labels.allowed[module], probabilities.function, -1.0)
    return (
        np.asarray(module),
        cheapest_urgency(probabilities.urgency, urgency_costs),
        np.asarray(possible.argmax(axis=-1)),
    )


def cheapest_urgency(urgency: NDArray[np.float64], costs: tuple[float, ...]) -> NDArray[np.int64]:
    """The label of least expected cost when missing label k costs ``costs[k]`` (Elkan 2001).

    Shapes (…, urgencies) → (…).
    """
    return np.asarray((urgency * np.array(costs)).argmax(axis=-1))


def alarm_score(
    urgency: NDArray[np.floating], labels: Labels, danger: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """How strongly a text speaks for an emergency: the raw margin of ``critical`` and what words
    of danger add to it (``Signals.danger_score``).

    Not the probability: that falls when another urgency is likely too. Measured out of fold,
    margin and words together raise a quarter fewer alarms at the same recall.
    ``urgency`` (…, urgencies) uncalibrated, ``danger`` (…) → (…).
    """
    margin = urgency[..., labels.urgencies.index("critical")].astype(np.float64)
    return np.asarray(margin + danger)


def raises_alarm(
    score: NDArray[np.float64], urgency: NDArray[np.float64], labels: Labels, gates: Gates
) -> NDArray[np.bool_]:
    """Whether a person must look at once: ``critical`` is the label, or may well be.

    The label itself is not changed: were every alarm labelled ``critical``, the word would lose
    its meaning and ``urgent`` would vanish. Shapes (…), (…, urgencies) → (…).
    """
    critical = labels.urgencies.index("critical")
    labelled = cheapest_urgency(urgency, gates.urgency_costs) == critical
    return np.asarray((score >= gates.critical) | labelled)


def _choose(
    label: int, probabilities: NDArray[np.float64], quantiles: NDArray[np.float64]
) -> Choice:
    members = candidates(probabilities, quantiles)
    members[label] = True
    return Choice(label, probabilities, members)


def _secondary(
    probabilities: Probabilities, labels: Labels, module: str, gate: float
) -> tuple[tuple[int, float], ...]:
    """Other modules that the clue also touches; none where nothing is for a procuratorate."""
    if module not in labels.concerns:
        return ()
    found = [
        (index, float(probabilities.concern[index]))
        for index in np.flatnonzero(probabilities.concern >= gate).tolist()
        if labels.concerns[index] != module
    ]
    return tuple(sorted(found, key=lambda item: -item[1]))


def _reasons(
    choices: tuple[Choice, Choice, Choice], alarm: bool, gates: Gates, secondary: int
) -> tuple[str, ...]:
    module, urgency, function = choices
    reasons = []
    if alarm:
        reasons.append("critical")
    if (
        module.confidence < gates.module
        or urgency.confidence < gates.urgency
        or function.confidence < gates.function
    ):
        reasons.append("low_confidence")
    first, second = np.sort(module.probabilities)[::-1][:2]
    if first - second < gates.ambiguity:
        reasons.append("ambiguous_top2")
    if secondary >= 2:
        reasons.append("several_matters")
    return tuple(reasons)
