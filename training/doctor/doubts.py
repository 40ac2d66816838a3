"""Labels that the other clues speak against."""

from collections.abc import Sequence

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_self_confidence_for_each_label

from model.heads import Scores
from training.calibration import fit_calibration
from training.dataset import Dataset
from training.doctor.finding import Finding, Status
from training.evaluate import HEAD_NAMES, HEADS
from training.labelled import LabelledClue

_MANY = 0.10
"""From this share of doubtful labels on a head, label anew before training."""


def check_doubts(clues: Sequence[LabelledClue], dataset: Dataset, scores: Scores) -> Finding:
    """Confident learning on out-of-fold probabilities (Northcutt, Jiang & Chuang 2021).

    A doubt is no proof: deliberately hard cases are doubted too. The most doubtful come first.
    """
    labels, targets = dataset.labels, dataset.targets
    probabilities = fit_calibration(scores, targets, labels).apply(scores, labels)
    codes = {"module": labels.modules, "urgency": labels.urgencies, "function": labels.functions}
    doubtful: list[tuple[float, str]] = []
    shares: dict[str, float] = {}
    for head in HEADS:
        present, truth = np.unique(getattr(targets, head), return_inverse=True)
        values = getattr(probabilities, head)[:, present]
        values = values / values.sum(axis=1, keepdims=True)
        issues = find_label_issues(truth, values, n_jobs=1)
        trust = get_self_confidence_for_each_label(truth, values)
        shares[head] = float(issues.mean())
        for row in np.flatnonzero(issues).tolist():
            given, likelier = (codes[head][present[i]] for i in (truth[row], values[row].argmax()))
            shown = f"{clues[row].name} {HEAD_NAMES[head]}：标为 {given}，更像 {likelier}"
            doubtful.append((float(trust[row]), shown))
    status: Status = "warn" if max(shares.values()) > _MANY else "good"
    told = "、".join(f"{HEAD_NAMES[head]} {share:.1%}" for head, share in shares.items())
    rows = tuple(row for _, row in sorted(doubtful))
    return Finding("label_doubts", "可疑标签", status, f"存疑比例：{told}", rows, {"share": shares})
