"""Folds that no near-copy straddles."""

from collections.abc import Sequence

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

_PERMUTATIONS = 64
_SIMILARITY = 0.6


def near_copy_groups(texts: Sequence[str], author_groups: Sequence[str]) -> NDArray[np.int64]:
    """One group number per text: the same author group, or character bigrams about 60 % alike.

    MinHash with locality-sensitive hashing (Broder 1997; Indyk & Motwani 1998).
    """
    parent = list(range(len(texts)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    first: dict[str, int] = {}
    index = MinHashLSH(threshold=_SIMILARITY, num_perm=_PERMUTATIONS)
    for item, (text, group) in enumerate(zip(texts, author_groups, strict=True)):
        alike = [first.setdefault(f"group {group}", item)]
        if (twin := first.get(f"text {text}")) is not None:
            alike.append(twin)
        else:
            first[f"text {text}"] = item
            sketch = _sketch(text)
            alike += index.query(sketch)
            index.insert(item, sketch)
        for other in alike:
            parent[root(item)] = root(other)
    return np.array([root(item) for item in range(len(texts))])


def _sketch(text: str) -> MinHash:
    sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
    sketch.update_batch([text[i : i + 2].encode() for i in range(max(1, len(text) - 1))])
    return sketch


def folds(
    strata: Sequence[str], groups: NDArray[np.int64], *, count: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each item, 0 … count−1; groups stay whole, strata spread evenly."""
    splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    assignment = np.zeros(len(strata), dtype=np.int64)
    for fold, (_, held_out) in enumerate(splitter.split(np.zeros(len(strata)), strata, groups)):
        assignment[held_out] = fold
    return assignment
