"""What a finished bundle makes of many clues: probabilities, labels, whether a person must look."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from model.clue import Clue
from model.triage import Triage
from training.exchange.proposal import Proposal

HEADS = ("module", "urgency", "function")


@dataclass(frozen=True, slots=True)
class Reading:
    """``probabilities`` per head and label as far as they are worth a glance, ``chosen`` labels,
    ``alarm``: it may be an emergency; ``abstains``: a person must look."""

    probabilities: Mapping[str, Mapping[str, float]]
    chosen: Mapping[str, str]
    secondary: tuple[str, ...]
    alarm: bool
    abstains: bool
    version: str

    def margin(self, head: str) -> float:
        """Between the two likeliest labels, 0 … 1."""
        first, second, *_ = [*sorted(self.probabilities[head].values(), reverse=True), 0.0, 0.0]
        return first - second

    def proposal(self) -> Proposal:
        """As labelling tools show it."""
        confidence = {head: self.probabilities[head][self.chosen[head]] for head in HEADS}
        return Proposal(
            module=self.chosen["module"],
            secondary_modules=self.secondary,
            urgency=self.chosen["urgency"],
            function=self.chosen["function"],
            confidence=confidence,
            version=self.version,
        )


def read_clues(
    bundle: Path, clues: Iterable[Clue], advance: Callable[[int], None] = lambda _: None
) -> list[Reading]:
    """Read every clue as the service would; ``advance`` is told how many are done.

    Raises InvalidBundle.
    """
    from model.triager import Triager

    triager = Triager.load(bundle)
    readings = []
    for number, clue in enumerate(clues, start=1):
        readings.append(_reading(triager.triage(clue)))
        if number % 100 == 0:
            advance(number)
    return readings


def _reading(triage: Triage) -> Reading:
    heads = {"module": triage.module, "urgency": triage.urgency, "function": triage.function}
    return Reading(
        probabilities={
            head: {label.code: label.confidence for label in (found, *found.alternatives)}
            for head, found in heads.items()
        },
        chosen={head: found.code for head, found in heads.items()},
        secondary=tuple(label.code for label in triage.secondary_modules),
        alarm="critical" in triage.reasons,
        abstains=triage.needs_review,
        version=triage.model.version,
    )
