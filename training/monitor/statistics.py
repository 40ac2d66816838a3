"""How far apart two samples are, for the true division and for many random ones at once.

Every function takes ``second`` (b, n), each row a division of the n pooled items into two
windows, and gives one distance a row, (b,): larger is further apart.
"""

import numpy as np
from numpy.typing import NDArray

from training.two_samples import Separation, area_under_curve
from training.vectors import Floats

Divisions = NDArray[np.bool_]


def divisions(first: int, second: int, count: int, random: np.random.Generator) -> Divisions:
    """The true division in row 0, then ``count`` random ones of the same sizes."""
    truth = np.zeros(first + second, dtype=bool)
    truth[first:] = True
    shuffled = random.permuted(np.broadcast_to(truth, (count, truth.size)), axis=1)
    return np.concatenate([truth[None, :], shuffled])


def mix_distance(classes: NDArray[np.str_], second: Divisions) -> Floats:
    """Pearson's chi-squared of the table window × class."""
    _, codes = np.unique(classes, return_inverse=True)
    one_hot = np.eye(int(codes.max()) + 1)[codes]
    after = second @ one_hot
    share = one_hot.mean(axis=0)
    expected = second.sum(axis=1, keepdims=True) * share
    size = second.shape[1]
    others = size * share - expected
    return np.asarray(((after - expected) ** 2 * (1 / expected + 1 / others)).sum(axis=1))


def mean_distance(values: Floats, second: Divisions) -> Floats:
    """Absolute difference of the two means; of proportions when values are 0 and 1."""
    sizes = second.sum(axis=1)
    after = second @ values
    before = values.sum() - after
    return np.asarray(np.abs(after / sizes - before / (values.size - sizes)))


def shape_distance(values: Floats, second: Divisions) -> Floats:
    """Largest gap between the two distribution functions (Kolmogorov–Smirnov)."""
    order = np.argsort(values, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(values[order]) > 0, True))
    after = np.cumsum(second[:, order], axis=1, dtype=np.int32)[:, ends]
    sizes = second.sum(axis=1, keepdims=True)
    before = ends + 1 - after
    return np.asarray(np.abs(after / sizes - before / (values.size - sizes)).max(axis=1))


def domain_distance(separation: Separation, second: Divisions, block: int = 250) -> Floats:
    """AUC of telling the windows apart by their characters, each text scored by a classifier that
    has not seen it."""
    found = [
        area_under_curve(separation.scores(part), part)
        for part in (second[start : start + block] for start in range(0, len(second), block))
    ]
    return np.concatenate(found)


def permutation_p(distances: Floats) -> float:
    """Share of divisions at least as far apart as the true one, itself included.

    Exact under exchangeability (Phipson & Smyth 2010): never 0, and at level α wrong in at most α
    of the quiet cases, at any sample size.
    """
    return float((distances >= distances[0] * (1 - 1e-9) - 1e-12).mean())


def holm(p_values: Floats) -> Floats:
    """Adjusted for the number of tests (Holm 1979): under any dependence between them, the chance
    of even one false alarm stays at the level."""
    order = np.argsort(p_values)
    factors = p_values.size - np.arange(p_values.size)
    adjusted = np.maximum.accumulate(p_values[order] * factors)
    found = np.empty(p_values.size)
    found[order] = np.minimum(adjusted, 1.0)
    return found
