"""Everything that turns scores into decisions, fitted together on out-of-fold scores."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.calibrate import Calibration
from model.decide import CandidateRule, Gates, alarm_score
from model.heads import Scores
from training.calibration import fit_calibration, fit_candidate_rule, fit_gates
from training.config import TrainingConfig
from training.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Operation:
    """How a model decides on its scores."""

    calibration: Calibration
    gates: Gates
    candidate_rule: CandidateRule


def fit_operation(
    scores: Scores, dataset: Dataset, rows: NDArray[np.int64], config: TrainingConfig
) -> Operation:
    """Fitted on these rows of ``scores`` (all clues of the dataset, out of fold).

    All of them say how sure scores are; of near-copies one speaks where a bound is promised.
    """
    labels, targets = dataset.labels, dataset.targets
    calibration = fit_calibration(take_scores(scores, rows), targets.take(rows), labels)
    heard = dataset.witnesses(rows)
    some, goals = take_scores(scores, heard), targets.take(heard)
    known = calibration.apply(some, labels)
    alarming = alarm_score(some.urgency, labels, dataset.danger[heard])
    return Operation(
        calibration,
        fit_gates(known, alarming, goals, labels, config),
        fit_candidate_rule(known, goals, config.coverage),
    )


def take_scores(scores: Scores, rows: NDArray[np.int64]) -> Scores:
    """The scores of these rows."""
    return Scores(
        scores.module[rows], scores.urgency[rows], scores.function[rows], scores.concern[rows]
    )
