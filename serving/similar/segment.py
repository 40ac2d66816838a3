"""A block of signatures, sorted by band so that a lookup is a binary search."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.similarity import BANDS, PERMUTATIONS, band_keys

MOST_OF_A_BUCKET = 1000
"""Newest of one bucket that are looked at: a form letter sent ten thousand times is one bucket."""

Fingerprints = NDArray[np.uint8]
"""(n, PERMUTATIONS): the low byte of every place of a signature, enough to rank by (Li & König
2010, b-bit minwise hashing)."""


def fingerprints(signatures: NDArray[np.uint32]) -> Fingerprints:
    return signatures.astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Segment:
    """n clues in order of their numbers: ``numbers`` (n,), ``prints`` (n, PERMUTATIONS); by band
    ``keys`` (BANDS, n) ascending and ``order`` (BANDS, n), the place of each key's clue.

    200 bytes a clue.
    """

    numbers: NDArray[np.int64]
    prints: Fingerprints
    keys: NDArray[np.uint32]
    order: NDArray[np.int32]

    @classmethod
    def build(cls, numbers: NDArray[np.int64], signatures: NDArray[np.uint32]) -> Self:
        """From (n,) ascending numbers and (n, PERMUTATIONS) signatures."""
        keys = band_keys(signatures).T
        return cls(numbers, fingerprints(signatures), *_sorted(keys, np.arange(numbers.size)))

    @classmethod
    def merge(cls, older: Self, newer: Self) -> Self:
        """One segment of two whose numbers follow each other."""
        keys = np.concatenate([older.keys, newer.keys], axis=1)
        places = np.concatenate([older.order, newer.order + older.numbers.size], axis=1)
        return cls(
            np.concatenate([older.numbers, newer.numbers]),
            np.concatenate([older.prints, newer.prints]),
            *_sorted(keys, places),
        )

    def candidates(
        self, keys: NDArray[np.uint32], prints: Fingerprints
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Numbers that share a band with the (BANDS,) ``keys``, and the estimated Jaccard index."""
        found = []
        for band in range(BANDS):
            low = int(np.searchsorted(self.keys[band], keys[band], "left"))
            high = int(np.searchsorted(self.keys[band], keys[band], "right"))
            if high > low:
                found.append(self.order[band, max(low, high - MOST_OF_A_BUCKET) : high])
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        places = np.unique(np.concatenate(found))
        return self.numbers[places], estimate(self.prints[places], prints)


def _sorted(
    keys: NDArray[np.uint32], places: NDArray[np.integer]
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Both (BANDS, n), each band by its keys; band by band, so that little memory is needed."""
    in_order, order = np.empty(keys.shape, np.uint32), np.empty(keys.shape, np.int32)
    for band, places_of_band in enumerate(np.broadcast_to(places, keys.shape)):
        # Two sorted halves, mostly: a stable sort (timsort, radix) is little more than a merge.
        by_key = np.argsort(keys[band], kind="stable")
        in_order[band], order[band] = keys[band][by_key], places_of_band[by_key]
    return in_order, order


def estimate(prints: Fingerprints, one: Fingerprints) -> NDArray[np.float64]:
    """(n, PERMUTATIONS) against (PERMUTATIONS,) → (n,) estimates, chance agreement taken off."""
    agreeing = (prints == one).sum(axis=1) / PERMUTATIONS
    return np.asarray((agreeing - 1 / 256) / (1 - 1 / 256), dtype=np.float64)
