"""An honest evaluation of everything that is fitted on out-of-fold scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.decide import alarm_score, raises_alarm
from model.heads import Scores
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluate import HEADS, Outcome, alarm_metrics, join, outcomes


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
    parts, raised = [], np.zeros(len(dataset.readings), dtype=bool)
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
