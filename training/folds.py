"""Folds that no near-copy straddles."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from model.errors import InvalidTable
from model.reading import Reading
from training.near_copies import near_copy_links


def near_copy_groups(
    readings: Sequence[Reading], author_groups: Sequence[str]
) -> NDArray[np.int64]:
    """One group number per clue: the same author group, or near-copies, also through a third."""
    return joined(copy_families(readings), author_groups)


def copy_families(readings: Sequence[Reading]) -> NDArray[np.int64]:
    """One number per clue: near-copies have the same, also through a third.

    Compared is what is counted: two forms that differ only in their numbers are copies.
    """
    return _components(near_copy_links([reading.encoded for reading in readings]), len(readings))


def joined(families: NDArray[np.int64], author_groups: Sequence[str]) -> NDArray[np.int64]:
    """One group number per clue: those of one family or of one author, also through a third."""
    edges: list[tuple[int, int]] = []
    for names in (author_groups, families.tolist()):
        first: dict[str | int, int] = {}
        edges += [(first.setdefault(name, item), item) for item, name in enumerate(names)]
    return _components(edges, families.size)


def together(names: Iterable[Hashable]) -> list[list[int]]:
    """The rows that bear the same name, by first appearance and in order."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        found[name].append(row)
    return list(found.values())


def _components(edges: Sequence[tuple[int, int]], size: int) -> NDArray[np.int64]:
    rows, columns = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    links = coo_array((np.ones(rows.size), (rows, columns)), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def folds(
    strata: Sequence[str], groups: NDArray[np.int64], *, count: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each item, 0 … count−1; groups stay whole, strata spread evenly.

    Strata too rare to spread go with the commonest. Raises InvalidTable for fewer groups than
    folds.
    """
    _check_enough(groups, count)
    counts = Counter(strata)
    commonest = counts.most_common(1)[0][0]
    strata = [stratum if counts[stratum] >= count else commonest for stratum in strata]
    splitter = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    assignment = np.zeros(len(strata), dtype=np.int64)
    for fold, (_, held_out) in enumerate(splitter.split(np.zeros(len(strata)), strata, groups)):
        assignment[held_out] = fold
    return assignment


def _check_enough(groups: NDArray[np.int64], count: int) -> None:
    sizes = np.unique(groups, return_counts=True)[1]
    if sizes.size < count:
        raise InvalidTable(
            "标注数据",
            [
                f"同一作者组与正文近似的归在一起，{sizes.sum()} 条只有 {sizes.size} 组"
                f"（最大的一组 {sizes.max()} 条），至少需要 {count} 组才能交叉验证；"
                "author_group 请写来信人，不要整批写同一个值，并补充其他人的来信"
            ],
        )
