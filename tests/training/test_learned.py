"""A clue that a model has learned from is known again, also when somebody has touched it."""

import pytest

from model.clue import Clue
from model.privacy.masking import mask
from training.learned import Learned

LETTER = (
    "我是安宁区的，姓马，电话13893161234。我家孩子在培黎小学旁边的托管班吃饭，这个月已经有四个孩子"
    "拉肚子，老板娘说是天热。厨房我去看过，冰柜里的肉没有标签，地上都是水，请你们来查一查。"
)
OTHER = "城关区雁滩路口的窨井盖丢了半个月，晚上没有灯，前天一个骑电动车的人摔进去了，没有人管。"


@pytest.fixture
def learned() -> Learned:
    return Learned.from_clues([Clue(text=LETTER)])


def _knows(learned: Learned, text: str) -> bool:
    return bool(learned.knows([Clue(text=text)])[0])


def test_word_for_word(learned: Learned) -> None:
    assert _knows(learned, LETTER)
    assert not _knows(learned, OTHER)


def test_with_a_courtesy_added(learned: Learned) -> None:
    assert _knows(learned, LETTER + "谢谢检察官！")


def test_with_other_spaces_and_marks(learned: Learned) -> None:
    assert _knows(learned, LETTER.replace("，", "  ").replace("。", "！\n"))


def test_masked(learned: Learned) -> None:
    masked = mask(LETTER).text
    assert "13893161234" not in masked
    assert _knows(learned, masked)


def test_about_the_same_matter_in_other_words_is_another_clue(learned: Learned) -> None:
    assert not _knows(
        learned,
        "培黎小学旁边那个小饭桌不卫生，好几个娃娃吃坏了肚子，家长去问，老板说天气热都这样。",
    )


def test_of_two_models_either(learned: Learned) -> None:
    both = learned | Learned.from_clues([Clue(text=OTHER)])
    assert _knows(both, LETTER) and _knows(both, OTHER)
