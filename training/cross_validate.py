"""An honest evaluation of everything that is fitted on out-of-fold scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.decide import alarm_score, raises_alarm
from model.heads import Scores
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluate import HEADS, Outcome, alarm_metrics, join, outcomes
from training.operation import fit_operation, take_scores


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
        known = fit_operation(scores, dataset, fitted_on, config)
        unseen = known.calibration.apply(take_scores(scores, held_out), labels)
        goals = targets.take(held_out)
        parts.append(outcomes(unseen, goals, labels, known.gates, known.candidate_rule))
        raised[held_out] = raises_alarm(alarming[held_out], unseen.urgency, labels, known.gates)
    critical = targets.urgency == labels.urgencies.index("critical")
    rows = np.argsort(dataset.assignment, kind="stable")
    return Evaluation(
        heads={head: join([part[head] for part in parts]) for head in HEADS},
        alarm=alarm_metrics(raised, critical),
        rows=rows,
        raised=raised[rows],
    )
