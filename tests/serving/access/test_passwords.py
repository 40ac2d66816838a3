"""Passwords: argon2id at rest, rules that tell everything at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.access.errors import WeakPassword
from serving.access.passwords import check_password, hash_password, is_password, needs_rehash

PASSWORD = "黄河之水-Tian9shang"
STORED = hash_password(PASSWORD)


def test_only_the_password_itself_fits_its_hash() -> None:
    assert is_password(PASSWORD, STORED)
    assert not is_password(PASSWORD + " ", STORED)
    assert not is_password("", STORED)


def test_nobody_has_a_password() -> None:
    assert not is_password(PASSWORD, None)


def test_the_same_password_never_hashes_alike_and_is_not_in_its_hash() -> None:
    assert hash_password(PASSWORD) != STORED
    assert STORED.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_may_be_tried(text: str) -> None:
    assert not is_password(text, STORED)


def test_lone_surrogates_and_broken_hashes_are_refused_not_crashed_on() -> None:
    assert not is_password("\ud800", STORED)
    assert not is_password(PASSWORD, "没有这种散列")


def test_a_hash_of_weaker_parameters_is_to_be_renewed() -> None:
    assert not needs_rehash(STORED)
    assert needs_rehash(STORED.replace("t=2", "t=1"))


@pytest.mark.parametrize("password", [PASSWORD, "Xg7#mmq2Lp", "yellow river flows east to the sea"])
def test_a_good_password_is_accepted(password: str) -> None:
    check_password(password, "wang")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Ab1#", "长度应为 10 至 128"),
        ("Ab1#" * 40, "长度应为 10 至 128"),
        ("abcdefghijkl", "至少三种"),
        ("Aa1111111111", "重复的字符太多"),
        ("Wanglei#2026", "不能包含用户名"),
        ("Fenzhen@2026", "容易猜到的词"),
        ("aaaaaaa", "长度应为.*至少三种.*重复"),
    ],
)
def test_a_weak_password_is_told_every_rule_it_breaks(password: str, said: str) -> None:
    with pytest.raises(WeakPassword, match=said):
        check_password(password, "wanglei")
