"""Cleaning: what is normalised, what is kept, and that every character knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.clean import clean


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("ＡＢＣ１２３，線纜亂拉", "abc123,线缆乱拉"),
        ("推進(jìn)數(shù)字化", "推进数字化"),
        ("已经(ok)处理", "已经(ok)处理"),
        ("孩\u200b子\ufeff被\x07打", "孩子被打"),
        ("<p>污水&nbsp;直排</p>", "污水 直排"),
        ("&#27745;水", "污水"),
        ("救命救命救命救命救命救命", "救命救命救命"),
        ("急急急急急急！！！！！！", "急急急!!!"),
        ("被骗10000000元", "被骗10000000元"),
        ("第一行\r\n\r\n\r\n第二行", "第一行\n第二行"),
        ("我  家　　门口", "我 家 门口"),
        ("不立案、没人管", "不立案、没人管"),
        ("x<3 且 y>2", "x<3 且 y>2"),
    ],
)
def test_normalises(sent: str, read: str) -> None:
    assert clean(sent).text == read


def test_maps_a_gloss_free_word_back_to_the_text_as_sent() -> None:
    sent = "请推進(jìn)數(shù)字化"
    cleaned = clean(sent)
    start = cleaned.text.index("数字")
    begin, end = cleaned.original_span(start, start + 2)
    assert sent[begin:end] == "數(shù)字"


def test_maps_a_shortened_run_to_the_whole_run() -> None:
    sent = "求求求求求求您"
    cleaned = clean(sent)
    assert cleaned.text == "求求求您"
    assert cleaned.original_span(0, 3) == (0, 6)


_messy = st.text(
    alphabet=st.sampled_from(list("救命急<>b/&#;amplt3(（jìn)進數 \n\t！!aaＡ㎡\u200b\u00a0乾隆"))
    | st.characters(),
    max_size=150,
)


@given(_messy)
def test_cleaning_twice_changes_nothing_more(sent: str) -> None:
    once = clean(sent).text
    assert clean(once).text == once


@given(_messy)
def test_offsets_stay_inside_the_text_and_in_order(sent: str) -> None:
    cleaned = clean(sent)
    assert len(cleaned.text) == cleaned.starts.size == cleaned.ends.size
    assert all(
        0 <= start < end <= len(sent)
        for start, end in zip(cleaned.starts, cleaned.ends, strict=True)
    )
    assert list(cleaned.starts) == sorted(cleaned.starts)
