"""States of the frozen layers are computed once; a damaged file of them is computed anew."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from model.token_windows import WindowCutter
from training.config import TrainingConfig
from training.full_disk import DiskFullError
from training.transformer.activations import Activations, keep_only, lower_states
from training.transformer.base import load_base

TEXTS = [f"孩子被锁在屋里{days}天没吃的" for days in range(30)]

Read = Callable[..., tuple[Activations, list[str]]]


@pytest.fixture
def read(tiny_config: TrainingConfig, tmp_path: Path) -> Read:
    """The states of some texts, and what was told: nothing where a file was found."""
    base = load_base(tiny_config.transformer)
    cutter = WindowCutter(Tokenizer.from_buffer(base.tokenizer), base.plan)

    def read(texts: list[str] = TEXTS) -> tuple[Activations, list[str]]:
        told: list[str] = []
        found = lower_states(
            base.encoder.embeddings,
            base.encoder.encoder.layer,
            cutter.cut(texts),
            tmp_path,
            base.identity,
            told.append,
        )
        return found, told

    return read


def test_what_an_earlier_run_computed_is_found(read: Read) -> None:
    first, _ = read()
    again, told = read()
    assert not told
    assert np.array_equal(again.states, first.states)


def test_of_all_states_only_those_named_stay(read: Read, tmp_path: Path) -> None:
    for day in range(3):
        found, _ = read(TEXTS[day:])
    keep_only({found.file}, tmp_path)
    left = {file.name for file in (tmp_path / "activations").iterdir()}
    assert left == {found.file.name, found.file.with_suffix(".sha256").name}
    assert not read(TEXTS[2:])[1]


def test_a_run_goes_on_with_states_that_another_has_deleted(read: Read, tmp_path: Path) -> None:
    found, _ = read()
    whole = np.array(found.states)
    keep_only(set(), tmp_path)
    assert not list((tmp_path / "activations").iterdir())
    assert np.array_equal(found.states, whole)
    again, told = read()
    assert told == ["冻结的 3 层通读一遍"]
    assert np.array_equal(again.states, whole)


def _cut_off(content: bytes) -> bytes:
    return content[:1000]


def _emptied(_: bytes) -> bytes:
    return b""


def _one_bit_flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("damage", [_cut_off, _emptied, _one_bit_flipped])
def test_a_damaged_file_is_computed_anew(
    damage: Callable[[bytes], bytes], read: Read, tmp_path: Path
) -> None:
    whole = np.array(read()[0].states)
    (file,) = (tmp_path / "activations").glob("*.npy")
    file.write_bytes(damage(file.read_bytes()))
    again, told = read()
    assert told == ["冻结的 3 层通读一遍"]
    assert np.array_equal(again.states, whole)
    assert not read()[1]


def test_a_full_disk_leaves_nothing_half_written(read: Read, tmp_path: Path) -> None:
    """/dev/full is a device that is always full; the file to be written is a link to it."""
    read()
    (file,) = (tmp_path / "activations").glob("*.npy")
    for old in (tmp_path / "activations").iterdir():
        old.unlink()
    file.with_suffix(".unfinished").symlink_to("/dev/full")
    with pytest.raises(DiskFullError, match=r"写中间结果到 .* 时磁盘已满"):
        read()
    assert not list((tmp_path / "activations").iterdir())
