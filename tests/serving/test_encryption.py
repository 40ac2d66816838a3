"""Sealing: only the right key and the right clue open it, and nothing tells the key."""

import logging
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.encryption import CannotUnseal, rotate, seal, sealed_under, unseal
from serving.keyring import InvalidKey, Keyring, load_keys, new_key, parse_keys
from serving.keys import ServiceKeys
from serving.settings import Settings

TEXT = "我叫王芳，13919281234，举报某镇干部"
OLD, NEW = new_key(), new_key()


def _ring(*keys: str) -> Keyring:
    return parse_keys(",".join(keys), "测试")


@given(st.text(), st.text(min_size=1, max_size=64))
def test_what_is_sealed_comes_back(text: str, clue_id: str) -> None:
    assume_encodable = text.encode("utf-8", "ignore").decode("utf-8")
    clue_id = clue_id.encode("utf-8", "ignore").decode("utf-8")
    ring = _ring(NEW)
    assert unseal(seal(assume_encodable, clue_id, ring), clue_id, ring) == assume_encodable


def test_the_same_text_never_seals_alike_and_holds_nothing_readable() -> None:
    one, other = seal(TEXT, "LJ-1", _ring(NEW)), seal(TEXT, "LJ-1", _ring(NEW))
    assert one != other
    assert "王芳".encode() not in one


def test_another_clue_cannot_pass_it_off_as_its_own() -> None:
    sealed = seal(TEXT, "LJ-1", _ring(NEW))
    with pytest.raises(CannotUnseal, match="不属于这条线索"):
        unseal(sealed, "LJ-2", _ring(NEW))


@given(st.data())
def test_any_change_of_any_bit_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(seal(TEXT, "LJ-1", _ring(NEW)))
    place = data.draw(st.integers(0, 8 * len(sealed) - 1))
    sealed[place // 8] ^= 1 << place % 8
    with pytest.raises(CannotUnseal):
        unseal(bytes(sealed), "LJ-1", _ring(NEW))


@given(st.binary(max_size=80))
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(CannotUnseal):
        unseal(sealed, "LJ-1", _ring(NEW))


def test_a_missing_key_is_named_by_its_id() -> None:
    sealed = seal(TEXT, "LJ-1", _ring(OLD))
    with pytest.raises(CannotUnseal, match=f"{_ring(OLD).current} 的密钥"):
        unseal(sealed, "LJ-1", _ring(NEW))


def test_rotation_moves_to_the_first_key_and_then_the_old_one_may_go() -> None:
    sealed = seal(TEXT, "LJ-1", _ring(OLD))
    moved = rotate(sealed, "LJ-1", _ring(NEW, OLD))
    assert sealed_under(moved) == _ring(NEW).current
    assert unseal(moved, "LJ-1", _ring(NEW)) == TEXT
    assert rotate(moved, "LJ-1", _ring(NEW, OLD)) is moved


def test_a_key_shows_in_no_repr_message_or_log(caplog: pytest.LogCaptureFixture) -> None:
    ring = _ring(NEW, OLD)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("fenzhen").info("%r %s", ring, ring)
    for shown in (repr(ring), str(ring), caplog.text):
        assert NEW not in shown
        assert "keys" not in shown
    with pytest.raises(InvalidKey) as refused:
        parse_keys(f"{NEW},{NEW}", "测试")
    assert NEW not in str(refused.value)


def test_a_keyring_cannot_leave_by_pickling() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(_ring(NEW))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "没有密钥"),
        ("# 只有注释\n", "没有密钥"),
        ("不是base64", "第 1 个密钥不是 base64"),
        (f"{NEW},c2hvcnQ=", "第 2 个密钥应为 32 字节，实为 5 字节"),
        ("A" * 43 + "=", "不是随机生成的"),
        (f"{NEW}\n{NEW}", "有重复的密钥"),
    ],
)
def test_a_bad_key_is_told_by_its_place(content: str, said: str) -> None:
    with pytest.raises(InvalidKey, match=said):
        parse_keys(content, "密钥文件")


def test_keys_come_from_the_environment_first_then_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{NEW} # 2026-11\n{OLD}\n", "ascii")
    file.chmod(0o600)
    assert load_keys(None, file).ids == (_ring(NEW).current, _ring(OLD).current)
    assert load_keys(OLD, file).ids == (_ring(OLD).current,)


def test_without_any_key_the_service_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidKey, match="fenzhen key new"):
        load_keys("", None)
    with pytest.raises(InvalidKey, match="找不到密钥文件"):
        load_keys(None, tmp_path / "nothing")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text(NEW, "ascii")
    file.chmod(mode)
    with pytest.raises(InvalidKey, match="chmod 600"):
        load_keys(None, file)


def test_a_folder_or_binary_in_place_of_the_file_is_refused_in_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(InvalidKey, match="无法读取密钥文件"):
        load_keys(None, tmp_path)
    file = tmp_path / "key"
    file.write_bytes(b"\xff\xfe\x00")
    file.chmod(0o600)
    with pytest.raises(InvalidKey, match="不是文本文件"):
        load_keys(None, file)


def test_a_running_service_seals_with_the_new_key_as_soon_as_the_file_has_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(OLD)
    keys = ServiceKeys(Settings(key_file=file))
    before = keys.seal("孩子被锁在屋里", "LJ-1")
    file.write_text(f"{NEW}\n{OLD}")
    after = keys.seal("孩子被锁在屋里", "LJ-1")
    assert sealed_under(before) == _ring(OLD).current
    assert sealed_under(after) == _ring(NEW).current
    assert keys.unseal(before, "LJ-1") == keys.unseal(after, "LJ-1") == "孩子被锁在屋里"


def test_a_key_file_broken_while_the_service_runs_does_not_stop_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(OLD)
    keys = ServiceKeys(Settings(key_file=file))
    for broken in ("", "写错了", NEW[:20]):
        file.write_text(broken)
        assert keys.unseal(keys.seal("原文", "LJ-1"), "LJ-1") == "原文"
    file.unlink()
    assert keys.keyring.current == _ring(OLD).current
