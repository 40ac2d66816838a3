"""A linear student learns from what the hybrid says of texts nobody has labelled."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.calibrate import Probabilities
from model.clue import Clue
from model.errors import InvalidTable
from model.reader import joined_outputs
from model.reading import read_clue
from model.signals import Signals, load_signals
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.distil import DistillingLearner, read_unlabelled, without_copies
from training.fit import LinearLearner
from training.labelled import read_labelled
from training.run import train
from training.soft_fit import SoftLesson, fit_soft


@pytest.fixture
def signals(training_config: TrainingConfig) -> Signals:
    return load_signals(training_config.signals)


@pytest.fixture
def unlabelled(datasets: Path, tmp_path: Path) -> Path:
    """Short letters, but none so short as to be among the few clues."""
    lines = (datasets / "clues" / "out_of_scope.jsonl").read_text("utf-8").splitlines()
    lines = sorted(lines, key=lambda line: len(json.loads(line)["text"]))[100:160]
    file = tmp_path / "unlabelled.jsonl"
    texts = [json.dumps({"text": json.loads(line)["text"]}, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(texts), "utf-8")
    return file


@pytest.mark.slow
def test_says_whether_it_helped_and_keeps_what_judged_the_folds_better(
    tiny_config: TrainingConfig, unlabelled: Path
) -> None:
    told: list[str] = []
    changes = {"encoder": "linear", "unlabelled": unlabelled}
    bundle = train(tiny_config.model_copy(update=changes), told.append).bundle
    card = json.loads((bundle / "card.json").read_text("utf-8"))
    found = card["distillation"]
    assert found["unlabelled"] == 60 and card["encoder"] == "linear"
    assert found["kept"] == (found["macro_f1_taught"] > found["macro_f1_alone"])
    assert any("蒸馏有帮助" in line or "蒸馏没有帮助" in line for line in told)
    assert not (bundle / "transformer").exists()


def test_a_sure_teacher_is_believed(
    training_config: TrainingConfig, few_clues: Path, unlabelled: Path, signals: Signals
) -> None:
    """Told that all these texts are of the first module, the student says so of them."""
    taxonomy = load_taxonomy(training_config.taxonomy)
    clues = read_labelled([few_clues], taxonomy)
    dataset = build_dataset(clues, taxonomy, signals, training_config)
    labels, readings = dataset.labels, read_unlabelled(unlabelled, signals)
    sizes = map(len, (labels.modules, labels.urgencies, labels.functions, labels.concerns))
    sure = [np.eye(size)[np.zeros(len(readings), dtype=int)] for size in sizes]
    lesson = SoftLesson(readings, Probabilities(*sure), weight=1.0)
    taught = fit_soft(dataset.readings, dataset.targets, lesson, labels, training_config)
    learner = LinearLearner(dataset, training_config)
    alone = learner.score_readings(np.arange(len(clues)), readings)
    modules = len(labels.modules)
    believed = (joined_outputs(taught, readings)[:, :modules].argmax(axis=1) == 0).mean()
    assert believed > 0.9 > (alone[:, :modules].argmax(axis=1) == 0).mean()


def test_what_the_student_is_judged_by_is_not_taught(
    training_config: TrainingConfig, few_clues: Path, unlabelled: Path, signals: Signals
) -> None:
    taxonomy = load_taxonomy(training_config.taxonomy)
    clues = read_labelled([few_clues], taxonomy)
    dataset = build_dataset(clues, taxonomy, signals, training_config)
    others = read_unlabelled(unlabelled, signals)
    again = [read_clue(Clue(text=f"您好！{dataset.readings[3].body.text}谢谢。"), signals)]
    assert without_copies([*others, *again], dataset.readings) == others
    student = LinearLearner(dataset, training_config)
    with pytest.raises(InvalidTable, match="都与标注过的线索相同或近似"):
        DistillingLearner(dataset, training_config, student, again)
    tested = replace(dataset, unseen=(others[0],))
    with pytest.raises(InvalidTable, match="都与标注过的线索相同或近似"):
        DistillingLearner(tested, training_config, student, [others[0]])


def test_unlabelled_rows_that_are_no_clue_are_passed_over(signals: Signals, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text('{"text": "楼道堆满杂物"}\n{"text": ""}\n{"text": "楼道堆满杂物！"}\n', "utf-8")
    assert len(read_unlabelled(file, signals)) == 1


def test_a_file_without_texts_is_a_clear_error(signals: Signals, tmp_path: Path) -> None:
    file = tmp_path / "none.jsonl"
    file.write_text('{"text": ""}\n', "utf-8")
    with pytest.raises(InvalidTable, match="没有一行可用的正文"):
        read_unlabelled(file, signals)
