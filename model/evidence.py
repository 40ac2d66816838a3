"""Which spans of the text raised a label: the score, handed back to the characters."""

import numpy as np
from numpy.typing import NDArray

from model.encode import Features

SPANS_PER_HEAD = 3
_LONGEST = 24


def character_weights(
    features: Features, contributions: NDArray[np.float32], length: int
) -> NDArray[np.float64]:
    """Spread each feature's contribution (k,) evenly over its occurrences and their characters.

    Returns (length,); the sum over characters equals the sum of contributions.
    """
    repeats = np.bincount(features.slots, minlength=features.indices.size)
    sizes = features.ends - features.starts
    share = contributions[features.slots] / repeats[features.slots] / sizes
    return _over_characters(features.starts, features.ends, share, length)


def spread(
    starts: NDArray[np.int32],
    ends: NDArray[np.int32],
    contributions: NDArray[np.floating],
    length: int,
) -> NDArray[np.float64]:
    """Spread contributions (k,) evenly over their spans; those without a span are dropped.

    Returns (length,).
    """
    covers = ends > starts
    starts, ends = starts[covers], ends[covers]
    return _over_characters(starts, ends, contributions[covers] / (ends - starts), length)


def _over_characters(
    starts: NDArray[np.int32], ends: NDArray[np.int32], shares: NDArray[np.floating], length: int
) -> NDArray[np.float64]:
    steps = np.bincount(starts, weights=shares, minlength=length + 1)
    steps -= np.bincount(ends, weights=shares, minlength=length + 1)
    return np.asarray(np.cumsum(steps)[:length])


def strongest_spans(
    weights: NDArray[np.float64], text: str, bounds: NDArray[np.int32]
) -> list[tuple[int, int, float]]:
    """The strongest runs of words, at most three: (start, end, share of all that speaks for).

    ``weights`` (n,) per character, ``bounds`` (words + 1,) where words begin. A run is a stretch
    of words, two characters or more, each of which clearly speaks for the label.
    """
    if not text or weights.max() <= 0:
        return []
    starts, ends = bounds[:-1], bounds[1:]
    per_word = np.add.reduceat(weights, starts) / (ends - starts)
    readable = np.fromiter(map(str.isalnum, map(text.__getitem__, starts.tolist())), bool)
    clear = readable & (per_word > max(0.25 * per_word.max(), 1e-9))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], clear.astype(np.int8), [0]))))
    total = np.maximum(weights, 0).sum()
    runs = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        start, end = int(starts[first]), int(ends[last - 1])
        if 2 <= end - start <= _LONGEST:
            runs.append((start, end, float(weights[start:end].sum() / total)))
    return sorted(runs, key=lambda run: (-run[2], run[0]))[:SPANS_PER_HEAD]
