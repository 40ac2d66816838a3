"""Texts that say nearly the same in nearly the same words."""

from collections.abc import Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

_PERMUTATIONS = 64
ALIKE = 0.6
"""Share of common character bigrams (Jaccard) from which two texts count as near-copies."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two positions, the earlier first, and the share of bigrams they have in common, 0 … 1."""

    first: int
    second: int
    likeness: float


def near_copies(texts: Sequence[str]) -> list[Pair]:
    """Pairs of texts at least ``ALIKE``; of equal texts only each one's pair with the first.

    MinHash with locality-sensitive hashing (Broder 1997; Indyk & Motwani 1998) proposes, the
    exact Jaccard index disposes.
    """
    first: dict[str, int] = {}
    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS)
    shingles = [_bigrams(text) for text in texts]
    pairs = []
    for item, text in enumerate(texts):
        if (twin := first.setdefault(text, item)) != item:
            pairs.append(Pair(twin, item, 1.0))
            continue
        sketch = _sketch(shingles[item])
        for other in sorted(index.query(sketch)):
            likeness = _jaccard(shingles[other], shingles[item])
            if likeness >= ALIKE:
                pairs.append(Pair(other, item, likeness))
        index.insert(item, sketch)
    return pairs


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(max(1, len(text) - 1)))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _sketch(bigrams: frozenset[str]) -> MinHash:
    sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
    sketch.update_batch([bigram.encode() for bigram in sorted(bigrams)])
    return sketch
