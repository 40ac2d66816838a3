"""How alike two texts are by their characters: bigrams, MinHash signatures, exact comparison.

Signatures and band keys are plain integer arithmetic with fixed constants, so that they are the
same in every process and on every machine and may be stored.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.splitmix import mix

PERMUTATIONS = 64
BANDS = 16
ROWS = PERMUTATIONS // BANDS
"""Two texts share a band with probability 1 − (1 − s⁴)¹⁶ at Jaccard index s: 0.89 at 0.6, 0.99 at
0.7, 0.9999 at 0.8, and 0.02 at 0.2 (Indyk & Motwani 1998; Leskovec et al., ch. 3)."""

ALIKE = 0.6
"""Share of common character bigrams (Jaccard) from which two texts count as near-copies."""

_IN_ORDER = 0.5
_COMPARED = 4000
"""Characters compared in order at most: the cost grows with the square."""


def _constants(count: int, start: int) -> NDArray[np.uint64]:
    """SplitMix64's sequence."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return mix(steps + np.uint64(start))


_FACTORS = _constants(PERMUTATIONS, 1) | np.uint64(1)
_OFFSETS = _constants(PERMUTATIONS, 2)
_ROW_FACTORS = _constants(ROWS, 3) | np.uint64(1)


@dataclass(frozen=True, slots=True)
class Likeness:
    """``jaccard`` is the share of common bigrams, ``in_order`` the share of characters that stand
    in the same order (indel similarity); both 0 … 1."""

    jaccard: float
    in_order: float

    @property
    def is_near_copy(self) -> bool:
        """Nearly the same words, and not only the same few words repeated."""
        return self.jaccard >= ALIKE and self.in_order >= _IN_ORDER


def bigrams(text: str) -> NDArray[np.uint64]:
    """The distinct character bigrams of a cleaned text as numbers, ascending; never empty.

    Letters and digits only: how someone punctuates and spaces says nothing about the matter.
    """
    letters = _letters(text)
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if codes.size < 2:
        return codes if codes.size else np.zeros(1, dtype=np.uint64)
    return np.unique((codes[:-1] << np.uint64(21)) | codes[1:])


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)) or text


def signature(grams: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """MinHash (Broder 1997) of shape (PERMUTATIONS,): the share of equal places between two
    signatures estimates the Jaccard index of their bigrams."""
    hashed = mix(grams)[None, :] * _FACTORS[:, None] + _OFFSETS[:, None]
    return np.asarray((hashed >> np.uint64(32)).min(axis=1), dtype=np.uint32)


def band_keys(signatures: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(n, PERMUTATIONS) → (n, BANDS): texts that share a key in any band are worth comparing."""
    rows = signatures.reshape(-1, BANDS, ROWS).astype(np.uint64) * _ROW_FACTORS
    return np.asarray(mix(rows.sum(axis=2)) >> np.uint64(32), dtype=np.uint32)


def jaccard(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    """Common members by all members of two sets of bigrams."""
    common = np.intersect1d(one, other, assume_unique=True).size
    return float(common / (one.size + other.size - common))


def compare(one: str, other: str) -> Likeness:
    """How alike two cleaned texts are."""
    from rapidfuzz.distance import Indel

    in_order = Indel.normalized_similarity(_letters(one)[:_COMPARED], _letters(other)[:_COMPARED])
    return Likeness(jaccard(bigrams(one), bigrams(other)), float(in_order))
