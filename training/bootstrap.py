"""How sure a measured figure is: bootstrap over groups of clues that belong together.

Resampled are author groups, not clues: near-copies are no independent witnesses (cluster
bootstrap: Field & Welsh, "Bootstrapping clustered data", JRSS B 2007). Intervals are percentile
intervals (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Measure = Callable[[NDArray[np.float32]], dict[str, Floats]]
"""Weights (replicates, items) → one figure per replicate and name; NaN where undefined."""

_CELLS = 20_000_000
"""Largest number of weights held at once: 80 MB."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the bounds of its interval."""

    value: float
    low: float
    high: float


def bootstrap(
    measure: Measure, groups: Sequence[str], *, resamples: int, level: float, seed: int
) -> dict[str, Estimate]:
    """Every figure of ``measure`` with its interval at ``level``; the same seed, the same result.

    To compare two models on the same items let ``measure`` return differences: both then see the
    same resamples, which is what makes the comparison paired.
    """
    parts: dict[str, list[Floats]] = {}
    for weights in _replicates(groups, resamples, seed):
        for name, figures in measure(weights).items():
            parts.setdefault(name, []).append(figures)
    return {name: _estimate(np.concatenate(found), level) for name, found in parts.items()}


def _replicates(groups: Sequence[str], resamples: int, seed: int) -> Iterator[NDArray[np.float32]]:
    """Weights of the items, (replicates, items) at a time; the very first row is the data."""
    names, member_of = np.unique(np.asarray(groups), return_inverse=True)
    yield np.ones((1, member_of.size), dtype=np.float32)
    random = np.random.default_rng(seed)
    even = np.full(names.size, 1 / names.size)
    step = max(1, _CELLS // member_of.size)
    for start in range(0, resamples, step):
        drawn = random.multinomial(names.size, even, size=min(step, resamples - start))
        yield drawn.astype(np.float32)[:, member_of]


def _estimate(figures: Floats, level: float) -> Estimate:
    value, drawn = float(figures[0]), figures[1:][~np.isnan(figures[1:])]
    if not drawn.size:
        return Estimate(value, value, value)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high))
