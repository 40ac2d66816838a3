"""What is kept of a run is found by the content of the files it reads, not by where they lie."""

import shutil
from pathlib import Path

import pytest
from safetensors.numpy import load_file, save_file

from model.taxonomy import load_taxonomy
from training.checkpoints import run_identity
from training.config import TrainingConfig
from training.labelled import LabelledClue, read_labelled


@pytest.fixture
def clues(tiny_config: TrainingConfig) -> list[LabelledClue]:
    return read_labelled([*tiny_config.data], load_taxonomy(tiny_config.taxonomy))


def test_another_base_model_in_the_same_folder_is_another_run(
    tiny_config: TrainingConfig, clues: list[LabelledClue], tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_config.transformer.base_model, tmp_path / "底座")
    settings = tiny_config.transformer.model_copy(update={"base_model": str(folder)})
    config = tiny_config.model_copy(update={"transformer": settings})
    first = run_identity(config, clues)
    assert run_identity(config, clues) == first
    weights = load_file(folder / "model.safetensors")
    save_file({name: -values for name, values in weights.items()}, folder / "model.safetensors")
    assert run_identity(config, clues) != first


def test_other_letters_to_distil_from_are_another_run(
    tiny_config: TrainingConfig, clues: list[LabelledClue], tmp_path: Path
) -> None:
    letters = tmp_path / "未标.csv"
    letters.write_text("text\n工厂半夜往河里排黑水\n", encoding="utf-8")
    config = tiny_config.model_copy(update={"encoder": "linear", "unlabelled": letters})
    first = run_identity(config, clues)
    letters.write_text("text\n公司拖欠工人工资\n", encoding="utf-8")
    assert run_identity(config, clues) != first


def test_where_results_and_vectors_are_kept_is_no_part_of_a_run(
    tiny_config: TrainingConfig, clues: list[LabelledClue], tmp_path: Path
) -> None:
    settings = tiny_config.transformer.model_copy(update={"cache": tmp_path / "另一处"})
    moved = {"transformer": settings, "output": tmp_path / "模型"}
    elsewhere = tiny_config.model_copy(update=moved)
    assert run_identity(elsewhere, clues) == run_identity(tiny_config, clues)
