"""Nearly the same text under other labels: one of the two is wrong, or the difference matters."""

from collections.abc import Mapping, Sequence

from model.clean import clean
from training.doubt.doubt import Doubt
from training.evaluate import HEAD_NAMES, HEADS
from training.labelled_clue import LabelledClue
from training.near_copies import near_copies

_STRENGTH = 0.8
"""Of a pair of equal texts; each of two is wrong in about half the cases, but surely one is."""


def contradictions(clues: Sequence[LabelledClue], names: Mapping[str, str]) -> list[Doubt]:
    """Both sides of every pair of near-copies that differ in a label; ``names`` are display names
    by code."""
    pairs = near_copies([clean(item.clue.text).text for item in clues])
    return [
        Doubt(
            row=own,
            head=head,
            source="near_copy",
            strength=_STRENGTH * pair.likeness,
            why=f"{HEAD_NAMES[head]}：与 {clues[other].name} 字面 {pair.likeness:.0%} 相同，"
            f"标为 {names[getattr(clues[own], head)]}，"
            f"那一条是 {names[getattr(clues[other], head)]}",
        )
        for pair in pairs
        for head in HEADS
        if getattr(clues[pair.first], head) != getattr(clues[pair.second], head)
        for own, other in ((pair.first, pair.second), (pair.second, pair.first))
    ]
