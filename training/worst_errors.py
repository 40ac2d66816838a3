"""Where the model is surest and wrong: what an analyst should read first. Texts are masked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.privacy import mask
from training.cross_validate import Evaluation
from training.labelled import LabelledClue

_SHOWN = 160
"""Characters of a clue shown."""


@dataclass(frozen=True, slots=True)
class WorstError:
    """A clue (its id, or file and row) whose label ``truth`` was read as ``chosen``."""

    name: str
    truth: str
    chosen: str
    confidence: float
    text: str


def worst_errors(
    found: Evaluation, clues: Sequence[LabelledClue], count: int = 15
) -> dict[str, list[WorstError]]:
    """Per head the ``count`` wrong answers of highest confidence, out of fold, surest first."""
    worst = {}
    for head, outcome in found.heads.items():
        wrong = np.flatnonzero(~outcome.right)
        order = wrong[np.argsort(-outcome.confidence[wrong], kind="stable")][:count]
        worst[head] = [
            WorstError(
                clues[found.rows[at]].name,
                outcome.codes[outcome.truth[at]],
                outcome.codes[outcome.chosen[at]],
                float(outcome.confidence[at]),
                _excerpt(clues[found.rows[at]].clue.text),
            )
            for at in order.tolist()
        ]
    return worst


def _excerpt(text: str) -> str:
    masked = mask(text).text
    return masked if len(masked) <= _SHOWN else masked[:_SHOWN] + "…"
