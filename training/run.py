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
from model.taxonomy import load_taxonomy
from training import plots
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.config import TrainingConfig
from training.cross_validate import (
    Advance,
    Evaluation,
    evaluate_out_of_fold,
    score_out_of_fold,
)
from training.dataset import Dataset, build_dataset, data_fingerprint
from training.evaluate import HEADS, summary
from training.fit import fit_linear
from training.labelled import data_files, read_labelled
from training.learning_curve import SHARES, learning_curve

_LIBRARIES = ("numpy", "opencc", "rjieba", "scikit-learn", "scipy")


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """The bundle's place and version, its metrics, and the run's figures as PNG by name."""

    bundle: Path
    version: str
    metrics: dict[str, Any]
    fingerprint: dict[str, Any]
    figures: dict[str, bytes]


def steps(config: TrainingConfig) -> int:
    """How many times ``advance`` is called by a run."""
    return 4 + config.folds + (len(SHARES) if config.learning_curve else 0)


def train(config: TrainingConfig, advance: Advance) -> TrainingOutcome:
    """Read, split, cross-validate, fit, calibrate, evaluate and write the bundle.

    Raises InvalidTable or InvalidConfiguration with every mistake at once; nothing is written then.
    """
    advance("读取标注数据")
    taxonomy = load_taxonomy(config.taxonomy)
    signals = load_signals(config.signals)
    clues = [
        item for item in read_labelled(data_files(config.data), taxonomy) if item.split == "train"
    ]
    advance("按作者与近似内容分组")
    dataset = build_dataset(clues, taxonomy, signals, config)
    scores = score_out_of_fold(dataset, config, advance)
    found = evaluate_out_of_fold(scores, dataset, config)
    advance("在全部数据上训练")
    model = _fit_model(dataset, scores, config)
    figures = _figures(found, model, config)
    if config.learning_curve:
        figures["learning_curve.png"] = _curve(dataset, scores, model, config, advance)
    metrics = {"out_of_fold": summary(found.heads) | {"critical_alarm": found.alarm}}
    fingerprint = data_fingerprint(clues)
    advance("写入模型包")
    card = {
        "name": "fenzhen",
        "encoder": "linear",
        "taxonomy_version": taxonomy.version,
        "data": fingerprint,
        "metrics": metrics,
        "settings": config.model_dump(mode="json", exclude=_PLACES),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    files = {**model.files(), **_configuration_files(config), "card.json": json_bytes(card)}
    return TrainingOutcome(
        config.output, write_bundle(config.output, files), metrics, fingerprint, figures
    )


_PLACES = {"data", "taxonomy", "calendar", "signals", "gazetteer", "golden", "output"}
"""Where files lay is no part of what was learned: the bundle is the same from any folder."""


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


def _figures(found: Evaluation, model: LinearModel, config: TrainingConfig) -> dict[str, bytes]:
    figures = {}
    for head in HEADS:
        outcome, gate = found.heads[head], getattr(model.gates, head)
        figures[f"confusion_{head}.png"] = plots.confusion(outcome, head)
        figures[f"reliability_{head}.png"] = plots.reliability(outcome, head)
        figures[f"risk_coverage_{head}.png"] = plots.risk_coverage(
            outcome, head, gate, config.confidence_level
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
