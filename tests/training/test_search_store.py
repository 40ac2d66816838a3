"""A search is taken up only where it would find the same; a store that fails is told."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from training.config import Search, TrainingConfig
from training.full_disk import DiskFullError
from training.search import STORE, SearchStoreUnavailable, search_settings


@pytest.fixture
def config(
    small: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> TrainingConfig:
    """One trial on an eighth of the clues, in files of its own that may be edited."""
    monkeypatch.chdir(tmp_path)
    for name in ("taxonomy", "signals"):
        (tmp_path / f"{name}.yaml").write_bytes(getattr(small, name).read_bytes())
    data = tmp_path / "线索.jsonl"
    data.write_bytes(small.data[0].read_bytes())
    return small.model_copy(
        update={
            "data": (data,),
            "taxonomy": tmp_path / "taxonomy.yaml",
            "signals": tmp_path / "signals.yaml",
            "folds": 2,
            "search": Search(minutes=5, trials=1),
        }
    )


def _already_tried(config: TrainingConfig) -> str:
    """What is told first: how many trials are taken up."""
    told: list[str] = []
    search_settings(config, told.append)
    return told[0].removeprefix("检索参数：").split("，")[0]


def _correct_an_author(config: TrainingConfig) -> None:
    (data,) = config.data
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    for row in rows[:60]:
        row["author_group"] = "一人写的六十件"
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    data.write_text("".join(lines), encoding="utf-8")


def _edit_signals(config: TrainingConfig) -> None:
    config.signals.write_text(config.signals.read_text(encoding="utf-8") + "# 改过\n", "utf-8")


def _edit_taxonomy(config: TrainingConfig) -> None:
    config.taxonomy.write_text(config.taxonomy.read_text(encoding="utf-8") + "# 改过\n", "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("edit", [_correct_an_author, _edit_signals, _edit_taxonomy])
def test_what_was_tried_on_other_content_is_not_taken_up(
    edit: Callable[[TrainingConfig], None], config: TrainingConfig
) -> None:
    assert _already_tried(config) == "已试 0 组"
    assert _already_tried(config) == "已试 1 组"
    edit(config)
    assert _already_tried(config) == "已试 0 组"


@pytest.mark.slow
def test_the_settings_given_are_tried_first_also_where_others_have_been_tried(
    config: TrainingConfig,
) -> None:
    search_settings(config, lambda _: None)
    other = config.model_copy(update={"regularisation": 0.9})
    assert search_settings(other, lambda _: None).regularisation == 0.9


def test_a_damaged_store_is_named_with_what_to_do(config: TrainingConfig) -> None:
    STORE.parent.mkdir(parents=True)
    STORE.write_bytes("不是数据库".encode() * 500)
    with pytest.raises(SearchStoreUnavailable) as told:
        search_settings(config, lambda _: None)
    assert told.value.detail == (
        "检索记录 var/search/optuna.db：数据库文件已损坏，请删除它后重试，已试的各组要重新试"
    )


@pytest.mark.slow
def test_a_store_that_another_program_holds_is_told(config: TrainingConfig) -> None:
    search_settings(config, lambda _: None)
    other = sqlite3.connect(STORE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(SearchStoreUnavailable, match="正被占用，请等另一次检索结束后重试"):
            search_settings(config, lambda _: None)
    finally:
        other.close()


def test_no_place_for_the_store_is_told(config: TrainingConfig, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("一个文件")
    with pytest.raises(DiskFullError, match=r"写检索记录到 var/search 时无法写入（.+）"):
        search_settings(config, lambda _: None)
