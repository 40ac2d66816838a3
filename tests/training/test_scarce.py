"""With few emergencies the analyst is told what the model does instead of telling them apart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.signals import load_signals
from model.taxonomy import Taxonomy
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.labelled import LabelledClue, data_files, read_labelled
from training.scarce import scarce_emergencies

Told = Callable[..., str]


@pytest.fixture(scope="module")
def told(datasets: Path, taxonomy: Taxonomy, training_config: TrainingConfig) -> Told:
    """Of so many emergencies, each sent so often, among a hundred clues that are none."""
    clues = read_labelled(data_files((datasets / "clues",)), taxonomy)
    critical = [item for item in clues if item.urgency == "critical"]
    others = [item for item in clues if item.urgency != "critical"][::30][:100]
    signals = load_signals(training_config.signals)

    def scarce(number: int, times: int = 1, **settings: Any) -> str:
        config = training_config.model_copy(update=settings)
        some: list[LabelledClue] = [*critical[:number] * times, *others]
        dataset = build_dataset(some, taxonomy, signals, config)
        return scarce_emergencies(dataset, config) or ""

    return scarce


def test_too_few_for_any_threshold(told: Told) -> None:
    assert "只有 18 件" in told(18) and "按 95% 的召回目标至少要 19 件" in told(18)
    assert "每一件都报为可能特急" in told(0)


def test_a_letter_sent_ten_times_is_one_emergency(told: Told) -> None:
    assert "只有 5 件" in told(5, times=10)


def test_enough_for_the_model_but_not_for_every_fold(told: Told) -> None:
    assert "上面的警报成绩不是这个模型的" in told(20)


def test_enough(told: Told) -> None:
    assert told(60) == ""


def test_a_higher_recall_needs_more(told: Told) -> None:
    assert "至少要 33 件" in told(30, critical_recall=0.97)
