"""Labels that the other clues speak against."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.heads import Labels, Scores
from training.calibration import fit_calibration
from training.dataset import Dataset
from training.doubt.doubt import Doubt
from training.evaluate import HEAD_NAMES, HEADS

_MOST_CERTAIN = 0.99


def label_errors(
    dataset: Dataset, scores: Scores, names: Mapping[str, str]
) -> tuple[list[Doubt], dict[str, float]]:
    """Confident learning on out-of-fold probabilities (Northcutt, Jiang & Chuang 2021).

    Doubts of every head, and the share of clues doubted per head. A doubt is no proof:
    deliberately hard cases are doubted too. ``names`` are display names by code.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_self_confidence_for_each_label

    labels, targets = dataset.labels, dataset.targets
    probabilities = fit_calibration(scores, targets, labels).apply(scores, labels)
    doubts: list[Doubt] = []
    shares: dict[str, float] = {}
    for head in HEADS:
        codes = _codes(labels, head)
        present, truth = np.unique(getattr(targets, head), return_inverse=True)
        values = getattr(probabilities, head)[:, present]
        values = values / values.sum(axis=1, keepdims=True)
        issues: NDArray[np.bool_] = find_label_issues(truth, values, n_jobs=1)
        trust = get_self_confidence_for_each_label(truth, values)
        shares[head] = float(issues.mean())
        for row in np.flatnonzero(issues).tolist():
            given, likelier = (codes[present[i]] for i in (truth[row], values[row].argmax()))
            why = f"{HEAD_NAMES[head]}：标为 {names[given]}，更像 {names[likelier]}"
            strength = min(_MOST_CERTAIN, 1 - float(trust[row]))
            doubts.append(Doubt(row, head, "others", strength, why, likelier))
    return sorted(doubts, key=lambda doubt: -doubt.strength), shares


def _codes(labels: Labels, head: str) -> tuple[str, ...]:
    return {
        "module": labels.modules, "urgency": labels.urgencies, "function": labels.functions,
    }[head]  # fmt: skip
