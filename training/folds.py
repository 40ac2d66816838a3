"""Folds that no near-copy straddles."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from training.near_copies import near_copies


def near_copy_groups(texts: Sequence[str], author_groups: Sequence[str]) -> NDArray[np.int64]:
    """One group number per text: the same author group, or near-copies, also through a third."""
    first: dict[str, int] = {}
    edges = [(first.setdefault(group, item), item) for item, group in enumerate(author_groups)]
    edges += [(pair.first, pair.second) for pair in near_copies(texts)]
    rows, columns = np.array(edges).reshape(-1, 2).T
    size = len(texts)
    links = coo_array((np.ones(rows.size), (rows, columns)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def folds(
    strata: Sequence[str], groups: NDArray[np.int64], *, count: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each item, 0 … count−1; groups stay whole, strata spread evenly.

    Strata too rare to spread go with the commonest.
    """
    counts = Counter(strata)
    commonest = counts.most_common(1)[0][0]
    strata = [stratum if counts[stratum] >= count else commonest for stratum in strata]
    splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    assignment = np.zeros(len(strata), dtype=np.int64)
    for fold, (_, held_out) in enumerate(splitter.split(np.zeros(len(strata)), strata, groups)):
        assignment[held_out] = fold
    return assignment
