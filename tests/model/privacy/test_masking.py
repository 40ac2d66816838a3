"""Masking: as long as the text, stable, idempotent, and silent about what it covered."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from model.privacy import MASK, Kind, describe, mask, mask_together

PIECES = [
    "我叫王芳", "我儿子张小明", "被害人冶占林", "13919281234", "一三九一九二八一二三四",
    "139 1928 1234", "11010519491231002X", "6222021234567890128", "甘A·D12345", "wang@example.com",
    "微信lz_wang88",
    "5栋2单元301室", "护照E12345678", "QQ123456789",
    "身份证", "电话", "账号", "家住", "，", "。", "\n", " ",
    "\u200b", "1", "-", "8465211", "*", "0931", "号", "男，", "13岁", "敬礼", "王", "老师",
]  # fmt: skip
letters = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)


@given(letters)
def test_masking_the_masked_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text
    assert mask(once.text).data == ()


@given(letters)
def test_every_character_stays_in_its_place_or_is_covered(text: str) -> None:
    masked = mask(text)
    assert len(masked.text) == len(text)
    covered = {i for datum in masked.data for i in range(datum.start, datum.end)}
    for i, (before, after) in enumerate(zip(text, masked.text, strict=True)):
        assert after == (MASK if i in covered else before)


@given(letters, letters)
def test_texts_of_one_clue_are_masked_together_and_stay_so(title: str, text: str) -> None:
    once = [masked.text for masked in mask_together([title, text])]
    assert [masked.text for masked in mask_together(once)] == once


@example("我叫王芳我叫王芳我叫王芳我叫王芳我叫王芳我叫王芳王")
@given(letters)
def test_the_names_of_the_protected_are_a_part_of_what_is_covered(text: str) -> None:
    everything, protected = mask(text).text, mask(text, protected_only=True).text
    assert all(a == MASK for a, p, t in zip(everything, protected, text, strict=True) if p != t)


def test_only_the_protected_names_are_covered_for_those_who_may_read_the_rest() -> None:
    text = "举报人：王芳，13919281234，反映李建国主任"
    assert mask(text, protected_only=True).text == "举报人：**，13919281234，反映李建国主任"


def test_a_longer_name_that_holds_an_informant_s_is_covered_like_theirs() -> None:
    text = "我叫王芳，电话13919281234。村主任王芳芳说不管。"
    assert mask(text).text == "我叫**，电话***********。村主任***说不管。"


def test_kinds_are_counted_and_no_value_is_kept() -> None:
    masked = mask("打13919281234或13919281235，车牌甘A12345")
    assert masked.kinds == {Kind.TELEPHONE: 2, Kind.PLATE: 1}
    assert "1391928" not in repr(masked)


@pytest.mark.parametrize(
    ("text", "said"),
    [("我叫王芳，13919281234", "16 字，含姓名 1、电话号码 1"), ("路灯坏了", "4 字")],
)
def test_a_log_learns_length_and_kinds_only(text: str, said: str) -> None:
    assert describe(text) == said
