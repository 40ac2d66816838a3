"""Personal data in running text: what is a number of that kind, and what only looks like one."""

import pytest

from model.personal_data import find_personal_data


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("身份证11010519491231002X。", "身份证号", "11010519491231002X"),
        ("打13919281234找我", "电话号码", "13919281234"),
        ("+86 13919281234", "电话号码", "+86 13919281234"),
        ("固话0931-8465211转3", "电话号码", "0931-8465211"),
        ("卡号6222021234567890128", "银行卡号", "6222021234567890128"),
        ("车牌甘A12345闯红灯", "车牌号", "甘A12345"),
        ("新能源甘A·D12345", "车牌号", "甘A·D12345"),
        ("发到wang.li@example.com.cn", "电子邮箱", "wang.li@example.com.cn"),
    ],
)
def test_is_found(text: str, kind: str, found: str) -> None:
    assert [(d.kind, text[d.start : d.end]) for d in find_personal_data(text)] == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        "身份证110105194912310021",  # wrong check character
        "打139****1234找我",  # masked
        "订单20230209001234567890",  # longer than any kind
        "打12345和12309",
        "卡号6222021234567890129",  # fails Luhn
        "2019年10月22日罚了200000元",
    ],
)
def test_is_none(text: str) -> None:
    assert list(find_personal_data(text)) == []
