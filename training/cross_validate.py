"""Out-of-fold scores, and an honest evaluation of everything that is fitted on them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.heads import Labels, Scores
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.config import TrainingConfig
from training.evaluate import HEADS, Outcome, join, outcomes
from training.fit import Targets, fit_linear

Advance = Callable[[str], None]


def score_out_of_fold(
    texts: Sequence[str],
    targets: Targets,
    labels: Labels,
    assignment: NDArray[np.int64],
    config: TrainingConfig,
    advance: Advance,
) -> Scores:
    """Scores (n, labels) of every item by a model that has not seen its fold."""
    outputs: NDArray[np.float32] | None = None
    for fold in range(config.folds):
        advance(f"交叉验证 第 {fold + 1}/{config.folds} 折")
        seen, held_out = np.flatnonzero(assignment != fold), np.flatnonzero(assignment == fold)
        found = score_held_out(texts, targets, labels, seen, held_out, config)
        if outputs is None:
            outputs = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
        outputs[held_out] = found
    assert outputs is not None  # noqa: S101 – folds ≥ 2
    return split_scores(outputs, labels)


def score_held_out(
    texts: Sequence[str],
    targets: Targets,
    labels: Labels,
    seen: NDArray[np.int64],
    held_out: NDArray[np.int64],
    config: TrainingConfig,
) -> NDArray[np.float32]:
    """Raw outputs (held out, outputs) of a model fitted on the rows ``seen``."""
    encoder, heads = fit_linear([texts[row] for row in seen], targets.take(seen), labels, config)
    rows = []
    for row in held_out:
        features = encoder.encode(texts[row])
        rows.append(features.values @ heads.weights[features.indices] + heads.bias)
    return np.array(rows, dtype=np.float32)


def split_scores(outputs: NDArray[np.float32], labels: Labels) -> Scores:
    """Part raw outputs into heads."""
    sizes = (len(labels.modules), len(labels.urgencies), len(labels.functions))
    return Scores(*np.split(outputs, np.cumsum(sizes), axis=-1))


def take_scores(scores: Scores, rows: NDArray[np.int64]) -> Scores:
    return Scores(
        scores.module[rows], scores.urgency[rows], scores.function[rows], scores.concern[rows]
    )


def evaluate_out_of_fold(
    scores: Scores,
    targets: Targets,
    labels: Labels,
    assignment: NDArray[np.int64],
    config: TrainingConfig,
) -> dict[str, Outcome]:
    """Outcomes per head with calibration, candidate sets and gates fitted on the other folds.

    Thus no reported figure rests on an operating point that has seen the item. Items come back
    fold by fold.
    """
    parts = []
    for fold in range(config.folds):
        fitted_on = np.flatnonzero(assignment != fold)
        held_out = np.flatnonzero(assignment == fold)
        some, goals = take_scores(scores, fitted_on), targets.take(fitted_on)
        calibration = fit_calibration(some, goals, labels)
        known = calibration.apply(some, labels)
        parts.append(
            outcomes(
                calibration.apply(take_scores(scores, held_out), labels),
                targets.take(held_out),
                labels,
                fit_gates(known, goals, labels, config),
                fit_candidate_rule(known, goals, config.coverage),
            )
        )
    return {head: join([part[head] for part in parts]) for head in HEADS}
