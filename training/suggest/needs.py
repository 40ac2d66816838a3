"""How much each unlabelled clue would teach: doubt, want of support, quarrel of models, newness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from training.two_samples import Separation, area_under_curve
from training.vectors import Floats, nearest

_MOST = 1000
"""Texts of either side that the search for newness compares: it costs the cube of their number."""
_APART = 0.65
"""AUC from which labelled and unlabelled texts differ enough for newness to count."""


@dataclass(frozen=True, slots=True)
class Needs:
    """One number in [0, 1] a clue and kind of need, shape (n,); ``margins`` (n,) per head.

    ``emergency`` is above 0 only where an emergency is in doubt.
    """

    margins: Mapping[str, Floats]
    scarcity: Floats
    rarity: Floats
    emergency: Floats
    quarrel: Floats
    newness: Floats = field(default_factory=lambda: np.zeros(0))

    def worth(self) -> Floats:
        """All needs in one number, (n,). Ranks, so that none drowns the others by its scale.

        Weights as the simulation in ``benchmarks/loop.md`` bore them out: doubt alone is best for
        balanced labels, scarcity helps where some labels are rare.
        """
        doubt = np.mean([ranked(1 - margin) for margin in self.margins.values()], axis=0)
        newness = self.newness if self.newness.size else np.zeros(doubt.size)
        return np.asarray(
            0.5 * doubt
            + 0.3 * ranked(self.scarcity)
            + 0.1 * ranked(self.rarity)
            + 0.05 * self.quarrel
            + 0.05 * newness
        )


def scarcity(
    probabilities: Mapping[str, Floats], counts: Mapping[str, NDArray[np.integer]]
) -> Floats:
    """How few labelled clues bear the labels that this one probably gets, over all heads, (n,).

    Per head the expectation of 1/√(1 + labelled), ranked; ``probabilities`` (n, labels) and
    ``counts`` (labels,) by head.
    """
    heads = [
        ranked(probabilities[head] @ (1 / np.sqrt(1 + counts[head]))) for head in probabilities
    ]
    return np.asarray(np.mean(heads, axis=0))


def margin(probabilities: Floats) -> Floats:
    """Between the two likeliest labels; (n, labels) → (n,)."""
    if probabilities.shape[1] < 2:
        return np.ones(probabilities.shape[0])
    top = np.sort(probabilities, axis=1)[:, ::-1]
    return np.asarray(top[:, 0] - top[:, 1])


def emergency_in_doubt(critical: Floats, alarm: NDArray[np.bool_]) -> Floats:
    """How open it is whether someone is in danger: highest where ``critical`` is even; (n,).

    Nought where neither an alarm was raised nor ``critical`` is at all likely.
    """
    return np.asarray(np.where(alarm | (critical >= 0.15), 4 * critical * (1 - critical), 0.0))


def rarity(
    candidates: sparse.csr_matrix,
    labelled: sparse.csr_matrix,
    chosen: Sequence[str] | NDArray[np.str_],
    labels: Sequence[str] | NDArray[np.str_],
) -> Floats:
    """1 − likeness to the most similar labelled clue of the module that the model chose; (n,)."""
    found = np.ones(candidates.shape[0])
    given, own = np.array(labels), np.array(chosen)
    for label in np.unique(own):
        rows = np.flatnonzero(own == label)
        found[rows] = 1 - nearest(candidates[rows], labelled[np.flatnonzero(given == label)])
    return np.clip(found, 0, 1)


def newness(
    candidates: Sequence[str], labelled: Sequence[str], random: np.random.Generator
) -> Floats:
    """How unlike the labelled clues as a body each candidate is, as a rank; (n,).

    All nought when the two bodies cannot be told apart, or are too many to compare: then only a
    sample of the candidates is scored.
    """
    found = np.zeros(len(candidates))
    if min(len(candidates), len(labelled)) < 20:
        return found
    some = random.permutation(len(candidates))[:_MOST]
    others = random.permutation(len(labelled))[:_MOST]
    texts = [candidates[i] for i in some] + [labelled[i] for i in others]
    unlabelled = np.arange(len(texts)) < some.size
    scores = Separation.of(texts).scores(unlabelled)
    if float(area_under_curve(scores, unlabelled)) >= _APART:
        found[some] = ranked(scores[: some.size].astype(np.float64))
    return found


def ranked(values: Floats) -> Floats:
    """Ranks spread over [0, 1], equal values alike; all alike are 0."""
    distinct, place = np.unique(values, return_inverse=True)
    return np.asarray(place / max(1, distinct.size - 1), dtype=np.float64)
