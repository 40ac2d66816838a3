"""A clue that a model has learned from is known again, also when somebody has touched it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from model.bundle import Bundle
from model.clue import Clue
from model.privacy.masking import mask
from model.reading import Reading, read_clue
from model.signals import load_signals
from model.similarity import bigrams, signature
from training.learned import LEARNED, Learned, learned_from

LETTER = (
    "我是安宁区的，姓马，电话13893161234。我家孩子在培黎小学旁边的托管班吃饭，这个月已经有四个孩子"
    "拉肚子，老板娘说是天热。厨房我去看过，冰柜里的肉没有标签，地上都是水，请你们来查一查。"
)
OTHER = "城关区雁滩路口的窨井盖丢了半个月，晚上没有灯，前天一个骑电动车的人摔进去了，没有人管。"

Read = Callable[[str], Reading]


@pytest.fixture(scope="module")
def read(datasets: Path) -> Read:
    signals = load_signals(datasets / "signals.yaml")
    return lambda text: read_clue(Clue(text=text), signals)


@pytest.fixture(scope="module")
def learned(read: Read) -> Learned:
    return Learned.from_readings([read(LETTER)])


def test_word_for_word(learned: Learned, read: Read) -> None:
    assert learned.knows([read(LETTER), read(OTHER)]).tolist() == [True, False]


def test_with_courtesies_added(learned: Learned, read: Read) -> None:
    told = f"尊敬的检察官同志您好，打扰您了，我有件事想反映。{LETTER}谢谢，辛苦各位了！"
    assert learned.knows([read(told)])[0]


def test_with_other_spaces_marks_and_numbers(learned: Learned, read: Read) -> None:
    told = LETTER.replace("，", "  ").replace("。", "！\n").replace("13893161234", "15101234567")
    assert learned.knows([read(told)])[0]


def test_masked(learned: Learned, read: Read) -> None:
    masked = mask(LETTER).text
    assert "13893161234" not in masked
    assert learned.knows([read(masked)])[0]


def test_about_the_same_matter_in_other_words_is_another_clue(learned: Learned, read: Read) -> None:
    told = "培黎小学旁边那个小饭桌不卫生，好几个娃娃吃坏了肚子，家长去问，老板说天气热都这样。"
    assert not learned.knows([read(told)])[0]


def test_nothing_is_known_to_who_has_learned_nothing(read: Read) -> None:
    assert not Learned.from_readings(()).knows([read(LETTER)])[0]


def test_a_bundle_from_before_says_that_it_does_not_tell(datasets: Path) -> None:
    signals = (datasets / "signals.yaml").read_bytes()
    before = {LEARNED: save({"keys": np.arange(3)}), "signals.yaml": signals}
    for files in (before, {"signals.yaml": signals}):
        assert learned_from(Bundle(Path("旧"), "", files), [Clue(text=LETTER)]) is None


def test_no_table_of_bigrams_gives_a_letter_back(learned: Learned) -> None:
    """Whoever looks up a value finds as many pairs of characters that the letter does not hold."""
    strange = [chr(code) for code in range(0x9000, 0x9000 + 60)]
    table = np.stack([signature(bigrams(a + b)) for a in strange for b in strange])
    told = learned.signatures[0]
    values = 1 << int(told.max()).bit_length()
    assert ((table % values == told).sum(axis=0) > 100).all()
