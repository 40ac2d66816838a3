"""Folds: the same sender and near-copies stay on one side."""

import numpy as np
import pytest

from model.errors import InvalidTable
from training.folds import folds, near_copy_groups

COPY = (
    "我家住在七里河区西园街道，楼下饭馆的油烟直接排到窗户边，全家人都咳嗽，打了几次电话都没人来管"
)


def test_a_near_copy_joins_the_group_of_its_original() -> None:
    texts = [COPY, COPY.replace("几次", "五次"), "请问我的案件移送起诉没有，承办人是谁"]
    groups = near_copy_groups(texts, ["a", "b", "c"])
    assert groups[0] == groups[1] != groups[2]


def test_groups_are_joined_through_a_third_text() -> None:
    texts = [COPY, COPY + "。", "另一件完全不同的事情，关于法院不执行判决"]
    groups = near_copy_groups(texts, ["a", "b", "b"])
    assert len(set(groups.tolist())) == 1


def test_no_group_is_divided() -> None:
    random = np.random.default_rng(7)
    groups = random.integers(0, 60, size=300)
    strata = [["一般", "紧急"][value] for value in random.integers(0, 2, size=300)]
    assignment = folds(strata, groups, count=5, seed=1)
    for group in np.unique(groups):
        assert np.unique(assignment[groups == group]).size == 1


def test_too_few_groups_are_told_with_what_is_there_and_what_is_needed() -> None:
    groups = np.array([0] * 90 + [1] * 20 + [2] * 10)
    said = r"120 条只有 3 组（最大的一组 90 条），至少需要 5 组.*不要整批写同一个值"
    with pytest.raises(InvalidTable, match=said):
        folds(["一般"] * 120, groups, count=5, seed=3)


def test_the_same_seed_gives_the_same_folds() -> None:
    groups = np.arange(100)
    strata = ["甲"] * 50 + ["乙"] * 50
    first, second = (folds(strata, groups, count=5, seed=3) for _ in range(2))
    assert (first == second).all()
