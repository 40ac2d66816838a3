"""Out-of-fold scores, and an honest evaluation of everything that is fitted on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from model.decide import alarm_score, raises_alarm
from model.encode import LinearEncoder
from model.heads import LinearHeads, Scores, split_outputs
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluate import HEADS, Outcome, alarm_metrics, join, outcomes
from training.fit import fit_linear

Advance = Callable[[str], None]
Remember = Callable[[str, Callable[[], NDArray[np.float32]]], NDArray[np.float32]]


def score_out_of_fold(
    dataset: Dataset,
    config: TrainingConfig,
    advance: Advance,
    remember: Remember = lambda _, compute: compute(),
) -> Scores:
    """Scores (n, labels) of every item by a model that has not seen its fold.

    ``remember`` may give back what an earlier run, broken off, has computed.
    """
    found, rows = [], []
    for number in range(config.folds):
        advance(f"交叉验证 第 {number + 1}/{config.folds} 折")
        seen, held_out = dataset.fold(number)
        found.append(
            remember(
                f"fold-{number + 1}",
                partial(score_held_out, dataset, seen, held_out, config),
            )
        )
        rows.append(held_out)
    in_order = np.argsort(np.concatenate(rows))
    return split_outputs(np.concatenate(found)[in_order], dataset.labels)


def score_held_out(
    dataset: Dataset,
    seen: NDArray[np.int64],
    held_out: NDArray[np.int64],
    config: TrainingConfig,
) -> NDArray[np.float32]:
    """Raw outputs (held out, outputs) of a model fitted on the rows ``seen``."""
    encoder, heads = fit_linear(*dataset.lessons(seen), dataset.labels, config)
    return raw_outputs(encoder, heads, [dataset.texts[row] for row in held_out])


def raw_outputs(
    encoder: LinearEncoder, heads: LinearHeads, texts: Sequence[str]
) -> NDArray[np.float32]:
    """All outputs of all heads, shape (texts, outputs)."""
    return np.stack([heads.outputs(encoder.encode(text)) for text in texts])


def take_scores(scores: Scores, rows: NDArray[np.int64]) -> Scores:
    return Scores(
        scores.module[rows], scores.urgency[rows], scores.function[rows], scores.concern[rows]
    )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Outcomes per head, and how the alarm for ``critical`` did.

    Items stand fold by fold: ``rows`` (n,) says which item of the dataset each is, ``raised`` (n,)
    whether it raised the alarm.
    """

    heads: dict[str, Outcome]
    alarm: dict[str, float]
    rows: NDArray[np.int64]
    raised: NDArray[np.bool_]


def evaluate_out_of_fold(scores: Scores, dataset: Dataset, config: TrainingConfig) -> Evaluation:
    """Evaluate with calibration, candidate sets and gates fitted on the other folds.

    Thus no reported figure rests on an operating point that has seen the item.
    """
    labels, targets = dataset.labels, dataset.targets
    alarming = alarm_score(scores.urgency, labels, dataset.danger)
    parts, raised = [], np.zeros(len(dataset.texts), dtype=bool)
    for number in range(config.folds):
        fitted_on, held_out = dataset.fold(number)
        some, goals = take_scores(scores, fitted_on), targets.take(fitted_on)
        calibration = fit_calibration(some, goals, labels)
        known = calibration.apply(some, labels)
        gates = fit_gates(known, alarming[fitted_on], goals, labels, config)
        unseen = calibration.apply(take_scores(scores, held_out), labels)
        rule = fit_candidate_rule(known, goals, config.coverage)
        parts.append(outcomes(unseen, targets.take(held_out), labels, gates, rule))
        raised[held_out] = raises_alarm(alarming[held_out], unseen.urgency, labels, gates)
    critical = targets.urgency == labels.urgencies.index("critical")
    rows = np.argsort(dataset.assignment, kind="stable")
    return Evaluation(
        heads={head: join([part[head] for part in parts]) for head in HEADS},
        alarm=alarm_metrics(raised, critical),
        rows=rows,
        raised=raised[rows],
    )
