"""Which spans of the text raised a label: the linear score, handed back to the characters."""

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
    steps = np.bincount(features.starts, weights=share, minlength=length + 1)
    steps -= np.bincount(features.ends, weights=share, minlength=length + 1)
    return np.asarray(np.cumsum(steps)[:length])


def strongest_spans(weights: NDArray[np.float64], text: str) -> list[tuple[int, int, float]]:
    """The strongest runs of characters, at most three: (start, end, share of all that speaks for).

    A run is a stretch of at least two letters or digits that all clearly speak for the label.
    """
    positive = np.where(weights > 0, weights, 0.0)
    total = positive.sum()
    if total <= 0:
        return []
    clear = positive > max(0.25 * positive.max(), 1.2 * positive.mean())
    clear &= np.fromiter((character.isalnum() for character in text), dtype=bool, count=len(text))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], clear.astype(np.int8), [0]))))
    runs = [
        (int(start), int(min(end, start + _LONGEST)))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start >= 2
    ]
    weighed = [(start, end, float(positive[start:end].sum() / total)) for start, end in runs]
    return sorted(weighed, key=lambda span: (-span[2], span[0]))[:SPANS_PER_HEAD]
