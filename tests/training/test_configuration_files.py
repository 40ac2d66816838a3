"""What a finished bundle could not be loaded with is told before any work."""

import shutil
from pathlib import Path

import pytest

from model.errors import InvalidConfiguration
from training.config import TrainingConfig
from training.run import train


def _refused(config: TrainingConfig, told: str) -> None:
    """Told at once: not even the labelled clues are read."""
    config.output.mkdir()
    (config.output / "manifest.json").write_text("{}", encoding="utf-8")
    done: list[str] = []
    with pytest.raises(InvalidConfiguration, match=told):
        train(config, done.append)
    assert done == []
    assert (config.output / "manifest.json").read_text(encoding="utf-8") == "{}"


@pytest.fixture
def config(small: TrainingConfig, tmp_path: Path) -> TrainingConfig:
    return small.model_copy(update={"output": tmp_path / "bundle"})


def test_a_holiday_that_no_calendar_has(config: TrainingConfig, tmp_path: Path) -> None:
    wrong = tmp_path / "节假日.yaml"
    text = config.calendar.read_text(encoding="utf-8")
    wrong.write_text(text.replace("holidays: []", "holidays: [2027-02-30]"), encoding="utf-8")
    assert wrong.read_text(encoding="utf-8") != text
    _refused(config.model_copy(update={"calendar": wrong}), "(?s)节假日.yaml.*holidays")


def test_a_folder_without_a_gazetteer(config: TrainingConfig, tmp_path: Path) -> None:
    _refused(config.model_copy(update={"gazetteer": tmp_path / "地名"}), "地名")


def test_a_table_of_the_gazetteer_with_a_column_missing(
    config: TrainingConfig, tmp_path: Path
) -> None:
    folder = tmp_path / "gazetteer"
    shutil.copytree(config.gazetteer, folder)
    some = next(folder.glob("*.csv"))
    some.write_text("名称\n城关区\n", encoding="utf-8")
    _refused(config.model_copy(update={"gazetteer": folder}), some.name)


def test_golden_clues_that_are_not_there(config: TrainingConfig, tmp_path: Path) -> None:
    _refused(
        config.model_copy(update={"golden": tmp_path / "必对.jsonl"}), "(?s)必对.jsonl.*找不到"
    )


def test_a_golden_clue_without_its_labels(config: TrainingConfig, tmp_path: Path) -> None:
    wrong = tmp_path / "必对.jsonl"
    wrong.write_text('{"clue_id": "a", "text": "孩子被锁在屋里"}\n', encoding="utf-8")
    _refused(config.model_copy(update={"golden": wrong}), "第 1 行")
