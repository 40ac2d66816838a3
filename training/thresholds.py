"""Tables to choose an operating point by: what each threshold lets through, and at what price."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.calibration import recall_gate, upper_error_bound
from training.evaluate import Outcome

_CONFIDENCES = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_RECALLS = (0.80, 0.85, 0.90, 0.95, 0.97, 0.99)


@dataclass(frozen=True, slots=True)
class Passing:
    """At this least confidence: the share let through, its error, and the error's upper bound."""

    threshold: float
    share: float
    error: float
    upper_bound: float


@dataclass(frozen=True, slots=True)
class Alarming:
    """For this recall of emergencies: the alarm score needed, the recall and precision met, and
    the share of all clues that a person must look at within two hours."""

    target: float
    score: float
    recall: float
    precision: float
    share: float


def passing_table(outcome: Outcome, heard: NDArray[np.bool_], level: float) -> list[Passing]:
    """One row per threshold that lets anything through.

    ``heard`` (n,): one of each family of near-copies, by which the bound is counted.
    """
    rows = []
    for threshold in _CONFIDENCES:
        passed = outcome.confidence >= threshold
        count, errors = int(passed.sum()), int((~outcome.right[passed]).sum())
        if count:
            of, wrong = int((passed & heard).sum()), int((passed & heard & ~outcome.right).sum())
            bound = upper_error_bound(wrong, of, level)
            rows.append(Passing(threshold, count / passed.size, errors / count, bound))
    return rows


def alarm_table(
    scores: NDArray[np.float64], emergency: NDArray[np.bool_], heard: NDArray[np.bool_]
) -> list[Alarming]:
    """One row per recall aimed at. ``scores`` (n,) are out-of-fold alarm scores, ``heard`` (n,) as
    in ``passing_table``."""
    rows = []
    for target in _RECALLS:
        gate = recall_gate(scores[heard], emergency[heard], target)
        raised = scores >= gate
        hits = int((raised & emergency).sum())
        rows.append(
            Alarming(
                target,
                gate,
                hits / max(1, int(emergency.sum())),
                hits / max(1, int(raised.sum())),
                float(raised.mean()),
            )
        )
    return rows


def as_csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A table that Excel opens with the right characters."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue().encode("utf-8-sig")
