"""Whether two sets of counts come from one distribution: a permutation test, no table of χ².

The measure is the population stability index with one added to every count (Laplace); its usual
thresholds (0.1, 0.25) are noise on small samples, so the judgement is the p-value's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENOUGH = 50
"""Fewer clues than this on either side are not tested."""

_PERMUTATIONS = 2000


@dataclass(frozen=True, slots=True)
class Shift:
    """``p_value`` is None where there is not ENOUGH; its least value is 1/(permutations + 1)."""

    before: int
    recent: int
    index: float
    p_value: float | None


def shift(before: Mapping[str, int], recent: Mapping[str, int], seed: int = 0) -> Shift:
    """Compare counts by label; the same counts always give the same p-value."""
    labels = sorted({*before, *recent})
    a = np.array([before.get(label, 0) for label in labels], dtype=np.int64)
    b = np.array([recent.get(label, 0) for label in labels], dtype=np.int64)
    n_a, n_b = int(a.sum()), int(b.sum())
    if not n_a or not n_b:
        return Shift(n_a, n_b, 0.0, None)
    index = float(_index(a, b))
    if min(n_a, n_b) < ENOUGH or len(labels) < 2:
        return Shift(n_a, n_b, index, None)
    dealt = np.random.default_rng(seed).multivariate_hypergeometric(
        a + b, n_b, size=_PERMUTATIONS, method="marginals"
    )
    as_extreme = int((_index(a + b - dealt, dealt) >= index - 1e-12).sum())
    return Shift(n_a, n_b, index, (1 + as_extreme) / (1 + _PERMUTATIONS))


def _index(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shapes (…, labels) → (…)."""
    p = (a + 1) / (a + 1).sum(axis=-1, keepdims=True)
    q = (b + 1) / (b + 1).sum(axis=-1, keepdims=True)
    return np.asarray(((q - p) * np.log(q / p)).sum(axis=-1))
