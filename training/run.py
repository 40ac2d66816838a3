"""One training run: labelled clues in, a measured bundle out."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from model.bundle import Bundle, json_bytes, refuse_foreign, write_bundle
from model.heads import Scores, split_outputs
from model.learned_model import LearnedModel
from model.reader import Reader
from model.taxonomy import Taxonomy
from training import plots
from training.axes import label_names
from training.checkpoints import LIBRARIES, checkpoints_of
from training.config import TrainingConfig
from training.configuration_files import ConfigurationFiles, read_configuration_files
from training.cross_validate import Evaluation, evaluate_out_of_fold
from training.dataset import Dataset, build_dataset, data_fingerprint
from training.evaluate import HEAD_NAMES, HEADS, summary
from training.findings import Findings, find
from training.full_disk import explained
from training.labelled import data_files, parts, read_labelled
from training.learned import LEARNED, Learned
from training.learner import Advance, Learner, learner_for, learner_steps
from training.learning_curve import SHARES, learning_curve
from training.operation import fit_operation
from training.scarce import scarce_emergencies


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """The bundle's place, version and files, its metrics, the run's figures as SVG by name, and
    what else was found out about it. Another run may have written to the same place since: the
    files are what this one made. ``scarce`` says in Chinese what too few emergencies mean."""

    bundle: Path
    version: str
    files: Mapping[str, bytes]
    metrics: dict[str, Any]
    fingerprint: dict[str, Any]
    figures: dict[str, bytes]
    findings: Findings
    scarce: str | None


def steps(config: TrainingConfig) -> int:
    """How many times ``advance`` is called by a run."""
    return 5 + learner_steps(config) + (len(SHARES) if config.draws_learning_curve else 0)


def check(config: TrainingConfig) -> ConfigurationFiles:
    """What can be told before any work.

    Raises InvalidBundle for a place not to write to, InvalidConfiguration for a file that the
    bundle could not be loaded with and for settings that do not go with the taxonomy.
    """
    refuse_foreign(config.output)
    return read_configuration_files(config)


def train(config: TrainingConfig, advance: Advance) -> TrainingOutcome:
    """Read, split, cross-validate, fit, calibrate, evaluate and write the bundle.

    A run broken off takes up its folds again when repeated. Raises InvalidTable or
    InvalidConfiguration with every mistake at once, and as ``check``; nothing is written then.
    """
    configured = check(config)
    taxonomy = configured.taxonomy
    advance("读取标注数据")
    clues = read_labelled(data_files(config.data), taxonomy)
    learned, held_out = parts(clues)
    advance("按作者与近似内容分组")
    dataset = build_dataset(learned, taxonomy, configured.signals, config, held_out)
    fingerprint = data_fingerprint(learned)
    checkpoints = checkpoints_of(config, clues)
    learner = learner_for(dataset, config, checkpoints.remember)
    scores = split_outputs(learner.score_out_of_fold(advance), dataset.labels)
    found = evaluate_out_of_fold(scores, dataset, config)
    model = _decide_on(learner.learn(advance), dataset, scores, config)
    figures = _figures(found, model, config, taxonomy)
    if config.draws_learning_curve:
        figures["learning_curve.svg"] = _curve(learner, dataset, scores, model, config, advance)
    advance("写入模型包")
    metrics = {"out_of_fold": summary(found.heads) | {"critical_alarm": found.alarm}}
    card = _card(taxonomy, fingerprint, metrics, config, learner)
    files = {
        **model.files(),
        **configured.files,
        LEARNED: Learned.from_readings(dataset.readings).file(),
        "card.json": json_bytes(card),
    }
    with explained(config.output, "模型包"):
        written = write_bundle(config.output, files)
    made = Bundle(config.output, written, files)
    findings = find(made, found, scores, dataset, learned, held_out, config, advance)
    checkpoints.clear()
    learner.clear()
    scarce = scarce_emergencies(dataset, config)
    return TrainingOutcome(
        config.output, written, files, metrics, fingerprint, figures, findings, scarce
    )


def _card(
    taxonomy: Taxonomy,
    fingerprint: dict[str, Any],
    metrics: dict[str, Any],
    config: TrainingConfig,
    learner: Learner,
) -> dict[str, Any]:
    return {
        "name": "fenzhen",
        "encoder": config.encoder,
        "taxonomy_version": taxonomy.version,
        "data": fingerprint,
        "metrics": metrics,
        "settings": config.deciding(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        **learner.record(),
    }


def _decide_on(
    reader: Reader, dataset: Dataset, scores: Scores, config: TrainingConfig
) -> LearnedModel:
    """The reader with calibration and operating points from out-of-fold ``scores``."""
    known = fit_operation(scores, dataset, np.arange(len(dataset.readings)), config)
    return LearnedModel(reader, known.calibration, known.gates, known.candidate_rule)


def _figures(
    found: Evaluation, model: LearnedModel, config: TrainingConfig, taxonomy: Taxonomy
) -> dict[str, bytes]:
    names = label_names(taxonomy)
    figures = {}
    for head, title in HEAD_NAMES.items():
        outcome, gate = found.heads[head], getattr(model.gates, head)
        figures[f"confusion_{head}.svg"] = plots.confusion(outcome, title, names)
        figures[f"reliability_{head}.svg"] = plots.reliability(outcome, title)
        figures[f"risk_coverage_{head}.svg"] = plots.risk_coverage(
            outcome, title, gate, config.confidence_level
        )
    return figures


def _curve(
    learner: Learner,
    dataset: Dataset,
    scores: Scores,
    model: LearnedModel,
    config: TrainingConfig,
    advance: Advance,
) -> bytes:
    points = []
    for size, macro_f1 in learning_curve(learner, dataset, scores, model.calibration, config):
        advance(f"学习曲线 {size} 条")
        points.append((size, macro_f1))
    return plots.learning_curve(
        [size for size, _ in points],
        {head: [macro_f1[head] for _, macro_f1 in points] for head in HEADS},
        HEAD_NAMES,
    )
