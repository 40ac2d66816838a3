"""One training run: labelled clues in, a measured bundle out."""

import hashlib
import platform
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from model.bundle import json_bytes, write_bundle
from model.errors import InvalidTable
from model.heads import Labels, Scores
from model.linear_model import LinearModel
from model.reading import read_clue
from model.signals import load_signals
from model.taxonomy import Taxonomy, load_taxonomy
from training import plots
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.config import TrainingConfig
from training.cross_validate import (
    Advance,
    evaluate_out_of_fold,
    score_held_out,
    score_out_of_fold,
    split_scores,
)
from training.evaluate import HEADS, Outcome, summary
from training.fit import Targets, fit_linear
from training.folds import folds, near_copy_groups
from training.labelled import LabelledClue, read_labelled

_CURVE = (0.25, 0.5, 0.75, 1.0)
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
    return 4 + config.folds + (len(_CURVE) - 1 if config.learning_curve else 0)


def train(config: TrainingConfig, advance: Advance) -> TrainingOutcome:
    """Read, split, cross-validate, fit, calibrate, evaluate and write the bundle.

    Raises InvalidTable or InvalidConfiguration with every mistake at once; nothing is written then.
    """
    advance("读取标注数据")
    taxonomy = load_taxonomy(config.taxonomy)
    signals = load_signals(config.signals)
    clues = read_labelled(data_files(config.data), taxonomy)
    _check_enough(clues, config)
    labels = label_space(taxonomy)
    targets = as_targets(clues, labels)
    texts = [read_clue(item.clue, signals.instruction_patterns).encoded for item in clues]
    advance("按作者与近似内容分组")
    groups = near_copy_groups(texts, [item.author_group for item in clues])
    strata = [f"{item.module}/{item.urgency}" for item in clues]
    assignment = folds(strata, groups, count=config.folds, seed=config.seed)
    scores = score_out_of_fold(texts, targets, labels, assignment, config, advance)
    found = evaluate_out_of_fold(scores, targets, labels, assignment, config)
    advance("在全部数据上训练")
    model = _fit_model(texts, targets, labels, scores, config)
    figures = _figures(found, model, config)
    if config.learning_curve:
        figures["learning_curve.png"] = _curve(
            texts, targets, labels, assignment, scores, config, advance
        )
    metrics = {"out_of_fold": summary(found)}
    fingerprint = data_fingerprint(clues)
    advance("写入模型包")
    version_written = write_bundle(
        config.output, _bundle_files(model, config, metrics, fingerprint, taxonomy)
    )
    return TrainingOutcome(config.output, version_written, metrics, fingerprint, figures)


def data_files(paths: tuple[Path, ...]) -> list[Path]:
    """Files as given; a folder stands for its JSONL, CSV and Excel files in order of name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix in {".jsonl", ".csv", ".xlsx"})
        else:
            found.append(path)
    if not found:
        raise InvalidTable("标注数据", [f"{paths[0]} 中没有 .jsonl、.csv 或 .xlsx 文件，请检查路径"])
    return found


def _check_enough(clues: list[LabelledClue], config: TrainingConfig) -> None:
    counts = Counter(item.module for item in clues)
    if len(counts) < 2 or len(clues) < 10 * config.folds:
        raise InvalidTable(
            "标注数据",
            [
                f"只有 {len(clues)} 条、{len(counts)} 个模块，"
                f"至少需要 {10 * config.folds} 条、2 个模块才能交叉验证"
            ],
        )


def label_space(taxonomy: Taxonomy) -> Labels:
    """The labels of every head and which combinations the taxonomy allows."""
    modules = tuple(module.code for module in taxonomy.modules)
    functions = tuple(function.code for function in taxonomy.functions)
    allowed = np.array(
        [[function in module.functions for function in functions] for module in taxonomy.modules]
    )
    return Labels(
        modules=modules,
        urgencies=tuple(urgency.code for urgency in taxonomy.urgencies),
        functions=functions,
        concerns=tuple(code for code in modules if code != "out_of_scope"),
        allowed=allowed,
    )


def as_targets(clues: list[LabelledClue], labels: Labels) -> Targets:
    """Labels as indices."""
    return Targets(
        module=np.array([labels.modules.index(item.module) for item in clues]),
        urgency=np.array([labels.urgencies.index(item.urgency) for item in clues]),
        function=np.array([labels.functions.index(item.function) for item in clues]),
        concern=np.array(
            [
                [code == item.module or code in item.secondary_modules for code in labels.concerns]
                for item in clues
            ]
        ),
    )


def _fit_model(
    texts: list[str], targets: Targets, labels: Labels, scores: Scores, config: TrainingConfig
) -> LinearModel:
    encoder, heads = fit_linear(texts, targets, labels, config)
    calibration = fit_calibration(scores, targets, labels)
    probabilities = calibration.apply(scores, labels)
    return LinearModel(
        encoder=encoder,
        heads=heads,
        calibration=calibration,
        gates=fit_gates(probabilities, targets, labels, config),
        candidate_rule=fit_candidate_rule(probabilities, targets, config.coverage),
    )


def _figures(
    found: dict[str, Outcome], model: LinearModel, config: TrainingConfig
) -> dict[str, bytes]:
    figures = {}
    for head in HEADS:
        gate = getattr(model.gates, head)
        figures[f"confusion_{head}.png"] = plots.confusion(found[head], head)
        figures[f"reliability_{head}.png"] = plots.reliability(found[head], head)
        figures[f"risk_coverage_{head}.png"] = plots.risk_coverage(
            found[head], head, gate, config.confidence_level
        )
    return figures


def _curve(
    texts: list[str],
    targets: Targets,
    labels: Labels,
    assignment: NDArray[np.int64],
    scores: Scores,
    config: TrainingConfig,
    advance: Advance,
) -> bytes:
    """Macro-F1 on fold 0 of models fitted on growing shares of the other folds."""
    held_out = np.flatnonzero(assignment == 0)
    seen = np.random.default_rng(config.seed).permutation(np.flatnonzero(assignment != 0))
    goals = targets.take(held_out)
    sizes, curves = [], {head: [] for head in HEADS}  # type: dict[str, list[float]]
    for share in _CURVE:
        some = np.sort(seen[: max(2, int(share * seen.size))])
        if share < 1:
            advance(f"学习曲线 {share:.0%}")
            part = split_scores(
                score_held_out(texts, targets, labels, some, held_out, config), labels
            )
        else:
            part = Scores(*(getattr(scores, name)[held_out] for name in Scores.__slots__))
        found = fit_calibration(scores, targets, labels).apply(part, labels)
        sizes.append(int(some.size))
        for head in HEADS:
            truth = getattr(goals, head)
            chosen = getattr(found, head).argmax(axis=1)
            curves[head].append(
                f1_score(truth, chosen, labels=np.unique(truth), average="macro", zero_division=0)
            )
    return plots.learning_curve(sizes, curves)


def data_fingerprint(clues: list[LabelledClue]) -> dict[str, Any]:
    """Content hash and counts of the labelled clues, so that a bundle names its data."""
    digest = hashlib.sha256()
    for item in clues:
        labels = (item.module, *item.secondary_modules, item.urgency, item.function)
        digest.update(json_bytes([item.clue.model_dump(mode="json"), labels]))
    return {
        "sha256": digest.hexdigest(),
        "clues": len(clues),
        "modules": dict(Counter(item.module for item in clues)),
        "urgencies": dict(Counter(item.urgency for item in clues)),
        "functions": dict(Counter(item.function for item in clues)),
        "with_secondary": sum(bool(item.secondary_modules) for item in clues),
    }


def _bundle_files(
    model: LinearModel,
    config: TrainingConfig,
    metrics: dict[str, Any],
    fingerprint: dict[str, Any],
    taxonomy: Taxonomy,
) -> dict[str, bytes]:
    settings = config.model_dump(
        mode="json", exclude={"data", "taxonomy", "calendar", "signals", "gazetteer", "output"}
    )
    card = {
        "name": "fenzhen",
        "encoder": "linear",
        "taxonomy_version": taxonomy.version,
        "data": fingerprint,
        "metrics": metrics,
        "settings": settings,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    gazetteer = sorted(config.gazetteer.glob("*.csv"))
    return {
        **model.files(),
        "card.json": json_bytes(card),
        "taxonomy.yaml": config.taxonomy.read_bytes(),
        "calendar.yaml": config.calendar.read_bytes(),
        "signals.yaml": config.signals.read_bytes(),
        **{f"gazetteer/{path.name}": path.read_bytes() for path in gazetteer},
    }
