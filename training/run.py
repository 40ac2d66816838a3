"""One training run: labelled clues in, a measured bundle out."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from model.bundle import json_bytes, write_bundle
from model.decide import alarm_score
from model.heads import Scores
from model.linear_model import LinearModel
from model.signals import load_signals
from model.taxonomy import Taxonomy, load_taxonomy
from training import plots
from training.axes import label_names
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.checkpoints import LIBRARIES, checkpoints_of
from training.config import TrainingConfig
from training.cross_validate import (
    Advance,
    Evaluation,
    evaluate_out_of_fold,
    score_out_of_fold,
)
from training.dataset import Dataset, build_dataset, data_fingerprint
from training.evaluate import HEAD_NAMES, HEADS, summary
from training.findings import Findings, find
from training.fit import fit_linear
from training.labelled import data_files, read_labelled
from training.learned import LEARNED, learned_file
from training.learning_curve import SHARES, learning_curve


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """The bundle's place and version, its metrics, the run's figures as SVG by name, and what
    else was found out about it."""

    bundle: Path
    version: str
    metrics: dict[str, Any]
    fingerprint: dict[str, Any]
    figures: dict[str, bytes]
    findings: Findings


def steps(config: TrainingConfig) -> int:
    """How many times ``advance`` is called by a run."""
    return 6 + config.folds + (len(SHARES) if config.learning_curve else 0)


def train(config: TrainingConfig, advance: Advance) -> TrainingOutcome:
    """Read, split, cross-validate, fit, calibrate, evaluate and write the bundle.

    A run broken off takes up its folds again when repeated. Raises InvalidTable or
    InvalidConfiguration with every mistake at once; nothing is written then.
    """
    advance("读取标注数据")
    taxonomy, signals = load_taxonomy(config.taxonomy), load_signals(config.signals)
    clues = read_labelled(data_files(config.data), taxonomy)
    learned = [item for item in clues if item.split == "train"]
    advance("按作者与近似内容分组")
    dataset = build_dataset(learned, taxonomy, signals, config)
    fingerprint = data_fingerprint(learned)
    checkpoints = checkpoints_of(config, fingerprint["sha256"])
    scores = score_out_of_fold(dataset, config, advance, checkpoints.remember)
    found = evaluate_out_of_fold(scores, dataset, config)
    advance("在全部数据上训练")
    model = _fit_model(dataset, scores, config)
    figures = _figures(found, model, config, taxonomy)
    if config.learning_curve:
        figures["learning_curve.svg"] = _curve(dataset, scores, model, config, advance)
    advance("写入模型包")
    metrics = {"out_of_fold": summary(found.heads) | {"critical_alarm": found.alarm}}
    card = _card(taxonomy, fingerprint, metrics, config)
    files = {
        **model.files(),
        **_configuration_files(config),
        LEARNED: learned_file(item.clue.text for item in learned),
        "card.json": json_bytes(card),
    }
    version = write_bundle(config.output, files)
    held_out = [item for item in clues if item.split == "test"]
    findings = find(found, scores, dataset, learned, held_out, config, advance)
    checkpoints.clear()
    return TrainingOutcome(config.output, version, metrics, fingerprint, figures, findings)


def _card(
    taxonomy: Taxonomy,
    fingerprint: dict[str, Any],
    metrics: dict[str, Any],
    config: TrainingConfig,
) -> dict[str, Any]:
    return {
        "name": "fenzhen",
        "encoder": "linear",
        "taxonomy_version": taxonomy.version,
        "data": fingerprint,
        "metrics": metrics,
        "settings": config.model_dump(mode="json", exclude=_NOT_LEARNED),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


_NOT_LEARNED = {"data", "taxonomy", "calendar", "signals", "gazetteer", "golden", "output"} | {
    "resamples",
    "search",
}
"""Where files lay and how the result was looked at is no part of what was learned: the bundle is
the same from any folder."""


def _fit_model(dataset: Dataset, scores: Scores, config: TrainingConfig) -> LinearModel:
    labels, targets = dataset.labels, dataset.targets
    lessons = dataset.lessons(np.arange(len(dataset.texts)))
    encoder, heads = fit_linear(*lessons, labels, config)
    calibration = fit_calibration(scores, targets, labels)
    probabilities = calibration.apply(scores, labels)
    return LinearModel(
        encoder=encoder,
        heads=heads,
        calibration=calibration,
        gates=fit_gates(
            probabilities,
            alarm_score(scores.urgency, labels, dataset.danger),
            targets,
            labels,
            config,
        ),
        candidate_rule=fit_candidate_rule(probabilities, targets, config.coverage),
    )


def _figures(
    found: Evaluation, model: LinearModel, config: TrainingConfig, taxonomy: Taxonomy
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
    dataset: Dataset,
    scores: Scores,
    model: LinearModel,
    config: TrainingConfig,
    advance: Advance,
) -> bytes:
    points = []
    for size, macro_f1 in learning_curve(dataset, scores, model.calibration, config):
        advance(f"学习曲线 {size} 条")
        points.append((size, macro_f1))
    return plots.learning_curve(
        [size for size, _ in points],
        {head: [macro_f1[head] for _, macro_f1 in points] for head in HEADS},
        HEAD_NAMES,
    )


def _configuration_files(config: TrainingConfig) -> dict[str, bytes]:
    gazetteer = sorted(config.gazetteer.glob("*.csv"))
    return {
        "taxonomy.yaml": config.taxonomy.read_bytes(),
        "calendar.yaml": config.calendar.read_bytes(),
        "signals.yaml": config.signals.read_bytes(),
        "golden.jsonl": config.golden.read_bytes(),
        **{f"gazetteer/{path.name}": path.read_bytes() for path in gazetteer},
    }
