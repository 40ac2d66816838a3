"""Folds: the same sender and near-copies stay on one side."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.bundle import Bundle
from model.clue import Clue
from model.errors import InvalidTable
from model.reading import Reading, read_clue
from model.signals import load_signals
from training.findings import families
from training.folds import folds, near_copy_groups
from training.labelled import LabelledClue

Reader = Callable[[str], Reading]
COPY = (
    "我家住在七里河区西园街道，楼下饭馆的油烟直接排到窗户边，全家人都咳嗽，打了几次电话都没人来管"
)


@pytest.fixture(scope="module")
def read(datasets: Path) -> Reader:
    signals = load_signals(datasets / "signals.yaml")
    return lambda text: read_clue(Clue(text=text), signals)


def test_a_near_copy_joins_the_group_of_its_original(read: Reader) -> None:
    texts = [COPY, COPY.replace("几次", "五次"), "请问我的案件移送起诉没有，承办人是谁"]
    groups = near_copy_groups([*map(read, texts)], ["a", "b", "c"])
    assert groups[0] == groups[1] != groups[2]


def test_groups_are_joined_through_a_third_text(read: Reader) -> None:
    texts = [COPY, COPY + "。", "另一件完全不同的事情，关于法院不执行判决"]
    groups = near_copy_groups([*map(read, texts)], ["a", "b", "b"])
    assert len(set(groups.tolist())) == 1


def test_intervals_are_over_the_same_families_as_the_folds(read: Reader, datasets: Path) -> None:
    form = "贷款合同号{}，卡号{}，{}放款{}元，银行乱收费，请检察院监督。"
    texts = [
        form.format("20210304556677", "6222021300998877", "2021年3月4日", "120000"),
        form.format("20220911332211", "6217857600012345", "2022年9月11日", "85600"),
        "垃圾堆在水源地旁边三个月没人清理，臭气熏天",
        "垃圾堆在水源地旁邊三個月沒人清理，臭氣熏天",
    ]
    clues = [
        LabelledClue(
            Clue(text=text), "public_interest", (), "normal", "public_interest_litigation",
            f"来信人{number}", "test", "", f"三月.jsonl 第 {number} 行",
        )
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip
    bundle = Bundle(Path("三月"), "", {"signals.yaml": (datasets / "signals.yaml").read_bytes()})
    authors = [item.author_group for item in clues]
    assert families(clues, bundle) == ["0", "0", "1", "1"]
    assert near_copy_groups([*map(read, texts)], authors).tolist() == [0, 0, 1, 1]


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
