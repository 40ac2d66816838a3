"""Near-copies: families are joined without comparing every two letters of a petition."""

import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pytest import MonkeyPatch
from scipy.cluster.hierarchy import DisjointSet

import training.near_copies
from model.clue import Clue
from model.reading import read_clue
from model.signals import load_signals
from model.similarity import ALIKE, band_keys, bigrams, jaccard, signature
from training.folds import near_copy_groups
from training.near_copies import near_copy_links

PETITION = (
    "我们是城关区雁滩某小区的业主，二零二一年交了购房款，开发商至今没有交房，工地停工两年多，"
    "多次找住建局和信访局都没有结果，贷款每个月还要还，老人孩子租房住，请求检察院依法监督"
)
LETTERS = (
    PETITION,
    "安宁区沙井驿那个家具厂天天半夜喷漆，味道从窗户缝里钻进来，孩子一个月流了四次鼻血，没人管",
    "去年在榆中给人盖冷库，包工头欠我们六个人工钱四万三，人跑到新疆去了，劳动局让我们去仲裁",
    "我家住在七里河区西园街道，楼下饭馆的油烟直接排到窗户边，全家人都咳嗽，打了几次电话都没人来",
)


def _rewritten(letter: str, dealt: random.Random) -> str:
    """A piece of it replaced by one of another letter: likeness is anything from 0 to 1."""
    start, length = dealt.randrange(len(letter)), dealt.randrange(len(letter) // 2)
    return letter[:start] + dealt.choice(LETTERS)[:length] + letter[start + length :]


def _families(size: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    joined = DisjointSet(range(size))
    for one, other in pairs:
        joined.merge(one, other)
    return sorted(sorted(family) for family in joined.subsets())


def _all_pairs(texts: list[str]) -> list[tuple[int, int]]:
    """Every two that share a band and are alike."""
    grams = [bigrams(text) for text in texts]
    bands = [band_keys(signature(some)[np.newaxis])[0] for some in grams]
    return [
        (one, other)
        for other in range(len(texts))
        for one in range(other)
        if (bands[one] == bands[other]).any() and jaccard(grams[one], grams[other]) >= ALIKE
    ]


def test_links_join_what_all_pairs_join() -> None:
    dealt = random.Random(1)
    texts = [_rewritten(dealt.choice(LETTERS), dealt) for _ in range(200)]
    pairs = _all_pairs(texts)
    links = near_copy_links(texts)
    families = _families(len(texts), pairs)
    assert 4 < len(families) < 150
    assert _families(len(texts), links) == families
    assert len(links) == len(texts) - len(families)
    assert {later for _, later in links} == {later for _, later in pairs}


def test_a_letter_of_a_petition_is_compared_with_one_other(
    datasets: Path, monkeypatch: MonkeyPatch
) -> None:
    compared = []

    def counted(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
        compared.append(jaccard(one, other))
        return compared[-1]

    monkeypatch.setattr(training.near_copies, "jaccard", counted)
    names = [one + other for one in "赵钱孙李周吴郑王冯陈" for other in "甲乙丙丁戊己庚辛壬癸"]
    signed = [f"{name}。{PETITION}" for name in names]
    signals = load_signals(datasets / "signals.yaml")
    readings = [read_clue(Clue(text=text), signals) for text in signed]
    groups = near_copy_groups(readings, [f"业主{i}" for i in range(len(signed))])
    assert len(set(groups.tolist())) == 1
    comparisons = len(compared)
    assert comparisons == 99
