"""Texts that say nearly the same in nearly the same words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.similarity import ALIKE, band_keys, bigrams, jaccard, signature


@dataclass(frozen=True, slots=True)
class Pair:
    """Two positions, the earlier first, and the share of bigrams they have in common, 0 … 1."""

    first: int
    second: int
    likeness: float


def near_copies(texts: Sequence[str]) -> list[Pair]:
    """Pairs of texts at least ``ALIKE``; of equal texts only each one's pair with the first.

    MinHash with locality-sensitive hashing proposes, the exact Jaccard index disposes.
    """
    first: dict[str, int] = {}
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    grams = [bigrams(text) for text in texts]
    pairs = []
    for item, text in enumerate(texts):
        if (twin := first.setdefault(text, item)) != item:
            pairs.append(Pair(twin, item, 1.0))
            continue
        keys = list(enumerate(band_keys(signature(grams[item])[np.newaxis])[0].tolist()))
        for other in sorted({other for key in keys for other in buckets[key]}):
            likeness = jaccard(grams[other], grams[item])
            if likeness >= ALIKE:
                pairs.append(Pair(other, item, likeness))
        for key in keys:
            buckets[key].append(item)
    return pairs
