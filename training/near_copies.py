"""Texts that say nearly the same in nearly the same words.

MinHash with locality-sensitive hashing proposes, the exact Jaccard index disposes.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import DisjointSet

from model.similarity import ALIKE, band_keys, bigrams, jaccard, signature

_Band = tuple[int, int]


def near_copy_links(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of near-copies, the earlier first, that join every family by as few as can be.

    They join what all pairs would, and every text with a near-copy before it is the second of one
    of them. What is joined already is not compared: a petition costs by its letters, not by the
    pairs of them.
    """
    first: dict[str, int] = {}
    families = DisjointSet(range(len(texts)))
    # by what was one family when it was put there, so that a family is passed over at once
    buckets: dict[_Band, dict[int, list[int]]] = defaultdict(dict)
    grams = [bigrams(text) for text in texts]
    links = []
    for item, text in enumerate(texts):
        if (twin := first.setdefault(text, item)) != item:
            families.merge(twin, item)
            links.append((twin, item))
            continue
        bands = _bands(grams[item])
        unlike: set[int] = set()
        for members in (members for band in bands for members in buckets[band].values()):
            for other in members:
                if families.connected(other, item):
                    break
                if other in unlike:
                    continue
                if jaccard(grams[other], grams[item]) >= ALIKE:
                    families.merge(other, item)
                    links.append((other, item))
                    break
                unlike.add(other)
        for band in bands:
            buckets[band].setdefault(families[item], []).append(item)
    return links


def _bands(grams: NDArray[np.uint64]) -> list[_Band]:
    """Texts that share one of these are worth comparing."""
    return list(enumerate(band_keys(signature(grams)[np.newaxis])[0].tolist()))
