"""Every doubt about a body of clues, the clue most in need of a second look first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.heads import Scores
from model.signals import Signals
from training.dataset import Dataset
from training.doubt.doubt import Doubt
from training.doubt.label_errors import label_errors
from training.doubt.near_copies import contradictions
from training.doubt.rules import LabelChecks, against_rules
from training.labelled_clue import LabelledClue


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A clue, its doubts from the strongest on, and their joint strength in (0, 1)."""

    item: LabelledClue
    doubts: tuple[Doubt, ...]
    strength: float


def worklist(
    clues: Sequence[LabelledClue],
    dataset: Dataset | None,
    scores: Scores | None,
    checks: LabelChecks,
    signals: Signals,
    names: Mapping[str, str],
) -> list[Doubtful]:
    """All doubtful clues in order. Without ``dataset`` and out-of-fold ``scores`` (too few clues to
    cross-validate) only near-copies and rules speak. ``names`` are display names by code."""
    doubts = [*contradictions(clues, signals, names), *against_rules(clues, checks, signals)]
    if dataset is not None and scores is not None:
        doubts += label_errors(dataset, scores, names)[0]
    by_row: dict[int, list[Doubt]] = {}
    for doubt in doubts:
        by_row.setdefault(doubt.row, []).append(doubt)
    found = [
        Doubtful(
            clues[row],
            tuple(sorted(some, key=lambda doubt: -doubt.strength)),
            _joint([doubt.strength for doubt in some]),
        )
        for row, some in by_row.items()
    ]
    return sorted(found, key=lambda doubtful: -doubtful.strength)


def _joint(strengths: Sequence[float]) -> float:
    """Noisy-or: independent doubts add up and never exceed certainty."""
    left = 1.0
    for strength in strengths:
        left *= 1 - strength
    return 1 - left
