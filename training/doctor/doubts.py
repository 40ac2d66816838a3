"""Labels that the other clues speak against."""

from collections.abc import Mapping, Sequence

from model.heads import Scores
from training.dataset import Dataset
from training.doctor.finding import Finding, Status
from training.doubt.label_errors import label_errors
from training.evaluate import HEAD_NAMES
from training.labelled import LabelledClue

_MANY = 0.10
"""From this share of doubtful labels on a head, label anew before training."""


def check_doubts(
    clues: Sequence[LabelledClue], dataset: Dataset, scores: Scores, names: Mapping[str, str]
) -> Finding:
    """How many labels the other clues doubt; the most doubtful come first."""
    doubts, shares = label_errors(dataset, scores, names)
    status: Status = "warn" if max(shares.values()) > _MANY else "good"
    told = "、".join(f"{HEAD_NAMES[head]} {share:.1%}" for head, share in shares.items())
    rows = tuple(f"{clues[doubt.row].name} {doubt.why}" for doubt in doubts)
    return Finding("label_doubts", "可疑标签", status, f"存疑比例：{told}", rows, {"share": shares})
