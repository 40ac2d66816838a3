"""The index of similar clues: finds near-copies, catches up, forgets the oldest first."""

from collections.abc import Sequence
from threading import Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from model.similarity import PERMUTATIONS, bigrams, signature
from serving.similar import index as index_module
from serving.similar.index import SimilarIndex
from serving.similar.store import StoredSignature, from_bytes, to_bytes

WELL = "雁滩公园后门的井盖缺了一个月，晚上没有路灯，昨天一位老人踩空摔伤了腿，社区说不归他们管。"
AGAIN = WELL.replace("昨天", "前天") + "请尽快处理。"
FOOD = "城关区雁滩路小学门口有人卖三无食品，孩子吃了拉肚子，找了市场监管所没人来。"


class Rows:
    """Signatures as a database holds them."""

    def __init__(self) -> None:
        self.rows: dict[int, bytes] = {}

    def put(self, number: int, text: str | NDArray[np.uint32]) -> None:
        stored = text if isinstance(text, np.ndarray) else signature(bigrams(text))
        self.rows[number] = to_bytes(stored)

    def signatures_after(self, number: int, limit: int) -> Sequence[StoredSignature]:
        ahead = sorted(one for one in self.rows if one > number)[:limit]
        return [StoredSignature(one, self.rows[one]) for one in ahead]

    def tally_after(self, number: int) -> tuple[int, int]:
        ahead = [one for one in self.rows if one > number]
        return len(ahead), sum(ahead)


def _asked(index: SimilarIndex, text: str) -> list[int]:
    return [candidate.number for candidate in index.query(signature(bigrams(text)))]


def test_a_repeat_is_found_and_another_matter_is_not() -> None:
    index, rows = SimilarIndex(), Rows()
    rows.put(1, WELL)
    rows.put(2, FOOD)
    assert index.catch_up(rows) == 2
    assert _asked(index, AGAIN) == [1]


def test_what_others_stored_since_is_found_after_catching_up() -> None:
    index, rows = SimilarIndex(), Rows()
    rows.put(1, FOOD)
    index.catch_up(rows)
    rows.put(2, WELL)
    assert _asked(index, AGAIN) == []
    assert index.catch_up(rows) == 1
    assert _asked(index, AGAIN) == [2]
    assert index.catch_up(rows) == 0


def test_a_number_that_was_committed_late_is_not_missed() -> None:
    index, rows = SimilarIndex(), Rows()
    rows.put(7, FOOD)
    index.catch_up(rows)
    rows.put(5, WELL)
    index.catch_up(rows)
    assert _asked(index, AGAIN) == [5]


def test_a_clue_that_this_process_added_is_not_read_again() -> None:
    index, rows = SimilarIndex(), Rows()
    rows.put(1, WELL)
    index.add(1, signature(bigrams(WELL)))
    index.add(1, signature(bigrams(WELL)))
    assert index.catch_up(rows) == 0
    assert len(index) == 1


def test_of_equal_texts_the_oldest_comes_first_and_no_more_than_asked_for() -> None:
    index = SimilarIndex()
    for number in range(1, 101):
        index.add(number, signature(bigrams(WELL)))
    assert [c.number for c in index.query(signature(bigrams(WELL)), limit=3)] == [1, 2, 3]


def _noise(count: int) -> NDArray[np.uint32]:
    dealt = np.random.default_rng(3)
    return dealt.integers(2**32, size=(count, PERMUTATIONS), dtype=np.uint32)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks small enough that a test sees them sorted, merged and dropped."""
    monkeypatch.setattr(index_module, "_FRESH", 16)
    monkeypatch.setattr(index_module, "_LARGEST", 64)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("place", [1, 15, 16, 17, 100, 490, 500])
def test_a_near_copy_is_found_wherever_it_lies_among_many(place: int) -> None:
    index, rows = SimilarIndex(), Rows()
    for number, row in enumerate(_noise(500), 1):
        rows.put(number, row)
    rows.put(place, WELL)
    index.catch_up(rows)
    assert _asked(index, AGAIN) == [place]


@pytest.mark.usefixtures("small_blocks")
def test_memory_is_bounded_by_forgetting_the_oldest() -> None:
    index = SimilarIndex(capacity=200)
    index.add(1, signature(bigrams(WELL)))
    for number, row in enumerate(_noise(1000), 2):
        index.add(number, row)
        assert len(index) <= 200 + 16
    assert _asked(index, WELL) == []


@pytest.mark.usefixtures("small_blocks")
def test_asking_while_others_add_gives_whole_answers() -> None:
    index = SimilarIndex()
    index.add(1, signature(bigrams(WELL)))
    rows = _noise(2000)
    adding = [
        Thread(target=lambda part=part: [index.add(2 + i, rows[i]) for i in range(part, 2000, 4)])
        for part in range(4)
    ]
    for thread in adding:
        thread.start()
    while any(thread.is_alive() for thread in adding):
        assert _asked(index, AGAIN) == [1]
    assert len(index) == 2001


def test_a_signature_survives_the_database() -> None:
    one = signature(bigrams(WELL))
    assert len(to_bytes(one)) == 4 * PERMUTATIONS
    assert (from_bytes([to_bytes(one), to_bytes(one)])[1] == one).all()
