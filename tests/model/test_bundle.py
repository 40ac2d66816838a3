"""The bundle: complete and unaltered, or refused by name; nothing in it is ever executed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import MANIFEST, read_bundle, write_bundle
from model.errors import InvalidBundle
from model.sound import unforeseen_content
from model.triager import Triager

FILES = {"linear.safetensors": b"\x01\x02", "gazetteer/villages.csv": "盐池村".encode()}


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    version = write_bundle(tmp_path / "bundle", FILES)
    loaded = read_bundle(tmp_path / "bundle")
    assert dict(loaded.files) == FILES
    assert loaded.version == version


def test_the_same_files_have_the_same_version_anywhere(tmp_path: Path) -> None:
    assert write_bundle(tmp_path / "a", FILES) == write_bundle(tmp_path / "b", FILES)


def test_a_new_bundle_replaces_the_old_one_whole(tmp_path: Path) -> None:
    write_bundle(tmp_path / "bundle", FILES | {"old.json": b"{}"})
    write_bundle(tmp_path / "bundle", FILES)
    assert not (tmp_path / "bundle" / "old.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_never_overwrites_a_folder_that_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "报告.docx").write_text("重要")
    with pytest.raises(InvalidBundle, match="不是模型包"):
        write_bundle(tmp_path, FILES)
    assert (tmp_path / "报告.docx").read_text() == "重要"


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle, tmp_path / "copy"))


@pytest.mark.parametrize(
    "name", ["linear.safetensors", "decision.json", "taxonomy.yaml", "card.json", MANIFEST]
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(InvalidBundle, match=name):
        Triager.load(copy)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_altered_byte_anywhere_is_refused_by_name(copy: Path, data: st.DataObject) -> None:
    files = sorted(path for path in copy.rglob("*") if path.is_file() and path.name != MANIFEST)
    path = data.draw(st.sampled_from(files))
    original = path.read_bytes()
    position = data.draw(st.integers(0, len(original) - 1))
    altered = bytearray(original)
    altered[position] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(altered))
    try:
        with pytest.raises(InvalidBundle, match=path.name):
            Triager.load(copy)
    finally:
        path.write_bytes(original)


def test_another_format_version_is_refused(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps(manifest | {"format_version": 99}))
    with pytest.raises(InvalidBundle, match="格式版本是 99"):
        Triager.load(copy)


def test_a_manifest_that_points_outside_is_refused(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["files"]["../../etc/passwd"] = "0" * 64
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(InvalidBundle, match="越界"):
        Triager.load(copy)


def test_a_file_that_the_manifest_does_not_list_is_not_used(copy: Path, triager: Triager) -> None:
    (copy / "gazetteer" / "extra.csv").write_text("名称\n不该出现\n", encoding="utf-8")
    with pytest.raises(InvalidBundle, match=r"extra\.csv"):
        Triager.load(copy)


def test_a_sound_table_that_the_manifest_does_not_list_is_refused_too(copy: Path) -> None:
    listed = copy / "gazetteer" / "villages.csv"
    header = listed.read_text(encoding="utf-8-sig").splitlines()[0]
    (copy / "gazetteer" / "extra.csv").write_text(f"{header}\n", encoding="utf-8")
    with pytest.raises(InvalidBundle, match=r"extra\.csv.*未列入清单"):
        Triager.load(copy)


def test_holds_nothing_executable(bundle: Path) -> None:
    suffixes = {path.suffix for path in bundle.rglob("*") if path.is_file()}
    assert suffixes <= {".csv", ".json", ".jsonl", ".safetensors", ".yaml"}


def _rewritten(bundle: Path, folder: Path, name: str, content: bytes) -> Path:
    """A copy with other content under a manifest that vouches for it."""
    write_bundle(folder, {**read_bundle(bundle).files, name: content})
    return folder


@pytest.mark.parametrize(
    ("keys", "value", "told"),
    [
        (("calibration", "module_temperature"), 0, "module_temperature 必须大于 0"),
        (("calibration", "concern_slope"), float("nan"), "concern_slope 含有无穷或非数"),
        (("calibration", "concern_slope"), "1", "concern_slope 不是数字"),
        (("gates", "urgency_costs"), [4, 3], "urgency_costs 的形状"),
        (("gates", "critical"), float("inf"), "critical 含有无穷或非数"),
        (("candidate_rule", "module"), [1.0], "module 的形状"),
        (("labels", "allowed"), [[False]], "每个模块给出至少一个职能"),
        (("labels", "urgencies"), ["a", "b", "c", "d"], "urgencies 缺少 critical"),
        (("labels", "urgencies"), ["critical", "b", "c", "d"], "taxonomy.yaml 里没有标签 b、c、d"),
    ],
)
def test_an_operating_point_that_could_not_work_is_refused(
    bundle: Path, tmp_path: Path, keys: tuple[str, str], value: object, told: str
) -> None:
    decision = json.loads((bundle / "decision.json").read_bytes())
    decision[keys[0]][keys[1]] = value
    wrong = _rewritten(bundle, tmp_path / "b", "decision.json", json.dumps(decision).encode())
    with pytest.raises(InvalidBundle, match=told):
        Triager.load(wrong)


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("weights", lambda found: found * np.float16("nan"), "weights 含有无穷或非数"),
        ("weights", lambda found: found[:, :-1], "weights 的形状"),
        ("bias", lambda found: found[:-1], "bias 的形状"),
        ("idf", lambda found: found[:-1], "idf 的形状"),
        ("keys", lambda found: found[::-1].copy(), "keys 应为升序"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    bundle: Path,
    tmp_path: Path,
    name: str,
    spoil: Callable[[NDArray[Any]], NDArray[Any]],
    told: str,
) -> None:
    tensors = load((bundle / "linear.safetensors").read_bytes())
    tensors[name] = np.ascontiguousarray(spoil(tensors[name]))
    wrong = _rewritten(bundle, tmp_path / "b", "linear.safetensors", save(tensors))
    with pytest.raises(InvalidBundle, match=told):
        Triager.load(wrong)


@pytest.mark.parametrize("name", ["taxonomy.yaml", "calendar.yaml", "signals.yaml"])
def test_text_that_is_not_utf_8_is_refused_by_name(bundle: Path, tmp_path: Path, name: str) -> None:
    wrong = _rewritten(bundle, tmp_path / "b", name, "模块：".encode("gb18030"))
    with pytest.raises(InvalidBundle, match=rf"{name} 不是 UTF-8 编码"):
        Triager.load(wrong)


@pytest.mark.parametrize("card", [{"encoder": "linear"}, {"encoder": "linear", "name": 7}, []])
def test_a_card_of_another_form_is_refused(bundle: Path, tmp_path: Path, card: object) -> None:
    wrong = _rewritten(bundle, tmp_path / "b", "card.json", json.dumps(card).encode())
    with pytest.raises(InvalidBundle, match="的内容不符合本版本，请重新训练"):
        Triager.load(wrong)


def test_a_manifest_nested_without_end_is_refused(copy: Path) -> None:
    (copy / MANIFEST).write_text("[" * 100_000)
    with pytest.raises(InvalidBundle, match=r"清单.*无法读取"):
        Triager.load(copy)


def test_a_missing_library_is_no_fault_of_the_bundle(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError), unforeseen_content(tmp_path):
        raise ModuleNotFoundError("onnxruntime")
