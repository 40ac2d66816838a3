"""What a model promises rests on independent clues: a letter sent often is one of them."""

from pathlib import Path

import numpy as np
import pytest

from model.heads import Scores
from model.signals import load_signals
from model.taxonomy import Taxonomy
from training.config import TrainingConfig
from training.dataset import Dataset, Targets, build_dataset
from training.evaluate import outcomes
from training.labelled import LabelledClue, data_files, read_labelled
from training.operation import Operation, fit_operation
from training.thresholds import alarm_table, passing_table

TIMES = 5


@pytest.fixture(scope="module")
def clues(datasets: Path, taxonomy: Taxonomy) -> list[LabelledClue]:
    return read_labelled(data_files((datasets / "clues",)), taxonomy)[::6]


def _scores(targets: Targets) -> Scores:
    """Right more often than not, and surer the righter."""
    random = np.random.default_rng(1)

    def of(truth: np.ndarray, classes: int) -> np.ndarray:
        found = random.normal(size=(truth.size, classes))
        found[np.arange(truth.size), truth] += random.uniform(0, 5, truth.size)
        return found.astype(np.float32)

    concern = random.normal(size=targets.concern.shape) + 2 * targets.concern
    return Scores(of(targets.module, 7), of(targets.urgency, 4), of(targets.function, 11),
                  concern.astype(np.float32))  # fmt: skip


def _operation(dataset: Dataset, scores: Scores, config: TrainingConfig) -> Operation:
    return fit_operation(scores, dataset, np.arange(len(dataset.readings)), config)


def test_a_letter_sent_often_is_one_witness(
    clues: list[LabelledClue], taxonomy: Taxonomy, training_config: TrainingConfig
) -> None:
    signals = load_signals(training_config.signals)
    once = build_dataset(clues, taxonomy, signals, training_config)
    often = build_dataset(clues * TIMES, taxonomy, signals, training_config)
    scores = _scores(once.targets)
    copied = Scores(*(np.tile(getattr(scores, head), (TIMES, 1)) for head in
                      ("module", "urgency", "function", "concern")))  # fmt: skip
    alone, together = (
        _operation(dataset, given, training_config)
        for dataset, given in ((once, scores), (often, copied))
    )
    assert together.gates == alone.gates
    assert 0.3 < alone.gates.module < 1
    for head in ("module", "urgency", "function"):
        quantiles = getattr(together.candidate_rule, head)
        assert quantiles == pytest.approx(getattr(alone.candidate_rule, head), abs=1e-6)


def test_tables_to_choose_by_count_a_letter_sent_often_once(
    clues: list[LabelledClue], taxonomy: Taxonomy, training_config: TrainingConfig
) -> None:
    dataset = build_dataset(clues, taxonomy, load_signals(training_config.signals), training_config)
    scores = _scores(dataset.targets)
    known = _operation(dataset, scores, training_config)
    found = outcomes(
        known.calibration.apply(scores, dataset.labels), dataset.targets, dataset.labels,
        known.gates, known.candidate_rule,
    )["module"]  # fmt: skip
    size = len(clues)
    once, often = np.ones(size, bool), np.arange(size * TIMES) < size
    copied = type(found)(
        found.codes,
        *(np.concatenate([getattr(found, name)] * TIMES)
          for name in ("probabilities", "chosen", "truth", "sets", "passed")),
    )  # fmt: skip
    assert passing_table(copied, often, 0.95) == passing_table(found, once, 0.95)
    critical = dataset.targets.urgency == dataset.labels.urgencies.index("critical")
    margin = scores.urgency[:, 0].astype(np.float64)
    alone = alarm_table(margin, critical, once)
    together = alarm_table(np.tile(margin, TIMES), np.tile(critical, TIMES), often)
    assert [row.score for row in together] == [row.score for row in alone]
