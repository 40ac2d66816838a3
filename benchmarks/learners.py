"""Contenders that fenzhen's learners fit themselves: a fine-tuned encoder and a taught student."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.answers import Contender, Labels, Question, Rows
from benchmarks.texts import Texts
from model.heads import Labels as LabelSpace
from model.heads import Scores, split_outputs
from model.hybrid_reader import mix
from model.reading import Reading
from training.config import TrainingConfig
from training.dataset import Dataset, Targets
from training.distil import DistillingLearner, without_copies
from training.fit import LinearLearner
from training.folds import folds
from training.learner import Outputs, learner_for
from training.transformer.base import load_base
from training.transformer.fine_tuned import FineTunedLearner
from training.transformer.settings import TransformerConfig
from training.transformer.stacked import fit_mixture


def fine_tuned(question: Question, rows: Rows, seed: int) -> Labels:
    """The fine-tuned encoder by its default settings, alone."""
    dataset, learner, _ = _tuned(question, seed)
    return _likeliest(learner.score_readings(rows, question.asked.readings), dataset)


def fine_tuned_stacked(question: Question, rows: Rows, seed: int) -> Labels:
    """The same fit beside the linear reader."""
    dataset, learner, config = _tuned(question, seed)
    found = beside_linear(dataset, config, learner, rows, question.asked.readings)
    return _codes(found.stacked, dataset)


@dataclass(frozen=True, slots=True)
class BesideLinear:
    """Scores of the texts asked and, ``checked``, of the rows validated on, by the fine-tuned
    encoder alone and stacked beside the linear reader."""

    alone: Scores
    alone_checked: Scores
    stacked: Scores
    stacked_checked: Scores
    mixture: Mapping[str, float]
    targets: Targets


def beside_linear(
    dataset: Dataset,
    config: TrainingConfig,
    learner: FineTunedLearner,
    rows: Rows,
    asked: Sequence[Reading],
) -> BesideLinear:
    """Shares are fitted on the groups that early stopping validates on, with a linear reader that
    has not seen them either; ``targets`` are theirs."""
    linear = LinearLearner(dataset, config)
    learned, validated = learner.parted(rows)
    alone = _split(learner.score_readings(rows, asked), dataset)
    alone_checked = _split(learner.score_held_out(rows, validated), dataset)
    beside = _split(linear.score_readings(rows, asked), dataset)
    beside_checked = _split(linear.score_held_out(learned, validated), dataset)
    targets = dataset.targets.take(validated)
    mixture = fit_mixture(beside_checked, alone_checked, targets, dataset.labels)
    return BesideLinear(
        alone,
        alone_checked,
        mix(beside, alone, mixture),
        mix(beside_checked, alone_checked, mixture),
        mixture,
        targets,
    )


def distilled(unlabelled: Sequence[Reading]) -> Contender:
    """The linear reader taught by the hybrid on texts that nobody labelled, near-copies of what
    is asked taken out; whether or not the folds favour it."""

    def choose(question: Question, rows: Rows, seed: int) -> Labels:
        asked = question.asked.readings
        config = _config(seed, TransformerConfig(threads=1))
        dataset = _one_label(question.seen.take(rows), question.truth[rows], config)
        teacher = learner_for(dataset, config.model_copy(update={"encoder": "hybrid"}))
        student = DistillingLearner(dataset, config, teacher, without_copies(unlabelled, asked))
        student.calibrate(lambda _: None)
        return _likeliest(student.score_readings(np.arange(rows.size), asked), dataset)

    return choose


def _tuned(question: Question, seed: int) -> tuple[Dataset, FineTunedLearner, TrainingConfig]:
    """Over all texts of the question: what the frozen layers say of them is kept for all draws."""
    config = _config(seed, TransformerConfig(mode="fine_tuned", threads=1))
    dataset = _one_label(question.seen, question.truth, config)
    return dataset, FineTunedLearner(dataset, config, load_base(config.transformer)), config


def _config(seed: int, transformer: TransformerConfig) -> TrainingConfig:
    return TrainingConfig(seed=seed, transformer=transformer)


def _one_label(texts: Texts, truth: Labels, config: TrainingConfig) -> Dataset:
    """The label stands for the module; the other heads have one label and learn nothing."""
    codes = np.unique(truth)
    labels = LabelSpace(tuple(codes.tolist()), ("",), ("",), ("",), np.ones((codes.size, 1), bool))
    nothing = np.zeros(truth.size, np.int64)
    concern = np.zeros((truth.size, 1), bool)
    return Dataset(
        readings=list(texts.readings),
        targets=Targets(np.searchsorted(codes, truth), nothing, nothing, concern),
        labels=labels,
        assignment=folds(truth.tolist(), texts.groups, count=config.folds, seed=config.seed),
        groups=texts.groups,
        copies=np.arange(truth.size),
        danger=np.zeros(truth.size),
        noisy={},
    )


def _likeliest(outputs: Outputs, dataset: Dataset) -> Labels:
    return _codes(_split(outputs, dataset), dataset)


def _split(outputs: Outputs, dataset: Dataset) -> Scores:
    return split_outputs(outputs, dataset.labels)


def _codes(scores: Scores, dataset: Dataset) -> Labels:
    return np.asarray(np.array(dataset.labels.modules)[scores.module.argmax(axis=1)])
