"""Can a classifier tell two sets of texts apart? A classifier two-sample test with an exact null.

Lopez-Paz & Oquab, "Revisiting classifier two-sample tests" (2017). The classifier is kernel ridge
regression on character n-grams: its leave-one-out scores have a closed form (Cawley & Talbot
2003), so that a permutation of the labels costs one product and no refitting.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.vectors import Floats, character_vectors

_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Separation:
    """``hat`` (n, n) maps labels to fitted values; ``scores`` are leave-one-out for any labels."""

    hat: NDArray[np.float32]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Separation":
        vectors = character_vectors(texts)
        kernel = np.asarray((vectors @ vectors.T).todense(), dtype=np.float64)
        ridge = kernel + _RIDGE * np.eye(len(texts))
        return cls(np.linalg.solve(ridge, kernel).T.astype(np.float32))

    def scores(self, second: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Leave-one-out score of belonging to the second set; shapes (…, n) → (…, n)."""
        goals = second.astype(np.float32)
        goals = goals - goals.mean(axis=-1, keepdims=True)
        own = np.diag(self.hat)
        return np.asarray((goals @ self.hat.T - own * goals) / (1 - own), dtype=np.float32)


def area_under_curve(scores: NDArray[np.floating], second: NDArray[np.bool_]) -> Floats:
    """AUC, ties counted half (Mann & Whitney 1947); shapes (…, n) → (…)."""
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=-1)
    positives = second.sum(axis=-1)
    negatives = second.shape[-1] - positives
    total = np.where(second, ranks, 0).sum(axis=-1)
    return np.asarray((total - positives * (positives + 1) / 2) / (positives * negatives))
