"""Nearly the same text under other labels: one of the two is wrong, or the difference matters."""

from collections.abc import Iterator, Mapping, Sequence

from model.reading import read_clue
from model.signals import Signals
from model.similarity import bigrams, jaccard
from training.doubt.doubt import Doubt
from training.evaluate import HEAD_NAMES, HEADS
from training.folds import copy_families, together
from training.labelled_clue import LabelledClue

_STRENGTH = 0.8
"""Of a pair of equal texts; each of two is wrong in about half the cases, but surely one is."""


def contradictions(
    clues: Sequence[LabelledClue], signals: Signals, names: Mapping[str, str]
) -> list[Doubt]:
    """Every clue of a family of near-copies that does not agree on a label, each held against the
    first of the family that bears another; ``names`` are display names by code."""
    readings = [read_clue(item.clue, signals) for item in clues]
    found = []
    for own, other, head in _pairs(clues, copy_families(readings).tolist()):
        likeness = jaccard(*(bigrams(readings[row].encoded) for row in (own, other)))
        mine, theirs = (names[getattr(clues[row], head)] for row in (own, other))
        why = (
            f"{HEAD_NAMES[head]}：与 {clues[other].name} 字面 {likeness:.0%} 相同，"
            f"标为 {mine}，那一条是 {theirs}"
        )
        found.append(Doubt(own, head, "near_copy", _STRENGTH * likeness, why))
    return found


def _pairs(
    clues: Sequence[LabelledClue], families: Sequence[int]
) -> Iterator[tuple[int, int, str]]:
    """(row, row of its family that bears another label, head)."""
    for rows in together(families):
        for head in HEADS:
            first: dict[str, int] = {}
            for row in rows:
                first.setdefault(getattr(clues[row], head), row)
            for row in rows if len(first) > 1 else ():
                mine = getattr(clues[row], head)
                yield row, next(other for label, other in first.items() if label != mine), head
