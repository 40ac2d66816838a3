"""A fit that is on disk is used again for the same lesson, and for no other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.dataset import Dataset, build_dataset
from training.labelled import read_labelled
from training.learner import Outputs
from training.transformer.base import load_base
from training.transformer.fine_tuned import FineTunedLearner

pytestmark = pytest.mark.slow


@pytest.fixture
def config(tiny_config: TrainingConfig) -> TrainingConfig:
    changes = {"mode": "fine_tuned", "trained_layers": 1, "epochs": 1}
    transformer = tiny_config.transformer.model_copy(update=changes)
    return tiny_config.model_copy(update={"transformer": transformer, "noisy_copies": 0.1})


@pytest.fixture
def dataset(config: TrainingConfig) -> Dataset:
    taxonomy = load_taxonomy(config.taxonomy)
    clues = read_labelled([*config.data], taxonomy)
    return build_dataset(clues, taxonomy, load_signals(config.signals), config)


def _held_out(dataset: Dataset, config: TrainingConfig, cache: Path) -> Outputs:
    """The scores of the first fold by a fit on the others, through this cache."""
    settings = config.transformer.model_copy(update={"cache": cache})
    learner = FineTunedLearner(
        dataset, config.model_copy(update={"transformer": settings}), load_base(settings)
    )
    return learner.score_held_out(*dataset.fold(0))


def _fits(cache: Path) -> int:
    return len(list(cache.glob("fits/*.pt")))


def test_the_same_lesson_is_not_fitted_again(
    dataset: Dataset, config: TrainingConfig, tmp_path: Path
) -> None:
    first = _held_out(dataset, config, tmp_path)
    assert np.array_equal(_held_out(dataset, config, tmp_path), first)
    assert _fits(tmp_path) == 1


def test_of_fewer_groups_than_ten_one_whole_group_is_validated_on(
    dataset: Dataset, config: TrainingConfig
) -> None:
    groups = np.arange(len(dataset.readings)) % 8
    learner = FineTunedLearner(
        replace(dataset, groups=groups), config, load_base(config.transformer)
    )
    learned, validated = learner.parted(np.arange(groups.size))
    assert len(set(groups[validated])) == 1 and len(set(groups[learned])) == 7


def _another_secondary_module(dataset: Dataset) -> Dataset:
    concern = dataset.targets.concern.copy()
    concern[:, 0] ^= True
    return replace(dataset, targets=replace(dataset.targets, concern=concern))


def _other_functions_allowed(dataset: Dataset) -> Dataset:
    everything = np.ones_like(dataset.labels.allowed)
    return replace(dataset, labels=replace(dataset.labels, allowed=everything))


def _another_noisy_copy(dataset: Dataset) -> Dataset:
    row, reading = next(iter(dataset.noisy.items()))
    other = replace(reading, written=reading.written[::-1])
    return replace(dataset, noisy=dataset.noisy | {row: other})


@pytest.mark.parametrize(
    "correct", [_another_secondary_module, _other_functions_allowed, _another_noisy_copy]
)
def test_a_corrected_lesson_is_learned_as_if_it_were_the_first(
    correct: Callable[[Dataset], Dataset],
    dataset: Dataset,
    config: TrainingConfig,
    tmp_path: Path,
) -> None:
    _held_out(dataset, config, tmp_path / "used")
    corrected = correct(dataset)
    found = _held_out(corrected, config, tmp_path / "used")
    assert _fits(tmp_path / "used") == 2
    assert np.array_equal(found, _held_out(corrected, config, tmp_path / "fresh"))
