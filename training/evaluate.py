"""What a model is worth on items it was not fitted on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_fscore_support

from model.calibrate import Floats, Probabilities
from model.conformal import candidates
from model.decide import CandidateRule, Gates, choose_labels
from model.heads import Labels
from training.dataset import Targets

HEAD_NAMES = {"module": "模块", "urgency": "紧急程度", "function": "承办职能"}
HEADS = tuple(HEAD_NAMES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Predictions of one head on n items: probabilities (n, classes), chosen and true labels (n,),
    candidate sets (n, classes), and which items passed the head's gate (n,)."""

    codes: tuple[str, ...]
    probabilities: Floats
    chosen: NDArray[np.int64]
    truth: NDArray[np.int64]
    sets: NDArray[np.bool_]
    passed: NDArray[np.bool_]

    @property
    def confidence(self) -> Floats:
        return np.asarray(self.probabilities[np.arange(self.chosen.size), self.chosen])

    @property
    def right(self) -> NDArray[np.bool_]:
        return np.asarray(self.chosen == self.truth)


def outcomes(
    probabilities: Probabilities,
    targets: Targets,
    labels: Labels,
    gates: Gates,
    rule: CandidateRule,
) -> dict[str, Outcome]:
    """Decide every item as the service would, head by head."""
    chosen = dict(
        zip(HEADS, choose_labels(probabilities, labels, gates.urgency_costs), strict=True)
    )
    codes = {
        "module": labels.modules, "urgency": labels.urgencies, "function": labels.functions,
    }  # fmt: skip
    found = {}
    for head in HEADS:
        values = getattr(probabilities, head)
        mine = np.arange(len(values)), chosen[head]
        sets = candidates(values, getattr(rule, head))
        sets[mine] = True
        found[head] = Outcome(
            codes=codes[head],
            probabilities=values,
            chosen=chosen[head],
            truth=getattr(targets, head),
            sets=sets,
            passed=values[mine] >= getattr(gates, head),
        )
    return found


def alarm_metrics(raised: NDArray[np.bool_], critical: NDArray[np.bool_]) -> dict[str, float]:
    """Recall and precision of the alarm for ``critical``, and the share of clues that raise it."""
    hits = int((raised & critical).sum())
    return {
        "recall": hits / max(1, int(critical.sum())),
        "precision": hits / max(1, int(raised.sum())),
        "share": float(raised.mean()),
        "n": int(critical.sum()),
    }


def join(parts: list[Outcome]) -> Outcome:
    """Outcomes of disjoint items as one."""
    return Outcome(
        parts[0].codes,
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("probabilities", "chosen", "truth", "sets", "passed")
        ),
    )


def expected_calibration_error(
    confidence: Floats, right: NDArray[np.bool_], bins: int = 10
) -> float:
    """Mean |accuracy − confidence| over equal-width bins, weighted by their share
    (Naeini, Cooper & Hauskrecht 2015); in [0, 1]."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(right[which == b].mean() - confidence[which == b].mean()) * (which == b).mean()
        for b in np.unique(which)
    ]
    return float(sum(gaps))


def head_metrics(outcome: Outcome) -> dict[str, Any]:
    """Scores, calibration error, candidate sets and gate of one head, and of each class."""
    present = np.unique(outcome.truth)
    precision, recall, f1, support = precision_recall_fscore_support(
        outcome.truth, outcome.chosen, labels=present, zero_division=0
    )
    covered = outcome.sets[np.arange(outcome.truth.size), outcome.truth]
    passed = outcome.passed
    return {
        "accuracy": float(outcome.right.mean()),
        "macro_f1": float(
            f1_score(
                outcome.truth, outcome.chosen, labels=present, average="macro", zero_division=0
            )
        ),
        "ece": expected_calibration_error(outcome.confidence, outcome.right),
        "conformal_coverage": float(covered.mean()),
        "conformal_size": float(outcome.sets.sum(axis=1).mean()),
        "gate_coverage": float(passed.mean()),
        "gate_accuracy": float(outcome.right[passed].mean()) if passed.any() else None,
        "classes": {
            outcome.codes[label]: {
                "precision": float(precision[i]),
                "recall": float(recall[i]),
                "f1": float(f1[i]),
                "n": int(support[i]),
                "conformal_coverage": float(covered[outcome.truth == label].mean()),
                "conformal_size": float(outcome.sets[outcome.truth == label].sum(axis=1).mean()),
            }
            for i, label in enumerate(present)
        },
    }


def summary(found: dict[str, Outcome]) -> dict[str, Any]:
    """Metrics of every head, and what passes every gate at once."""
    every = np.logical_and.reduce([outcome.passed for outcome in found.values()])
    right = np.logical_and.reduce([outcome.right for outcome in found.values()])
    module = found["module"]
    return {
        "n": int(module.truth.size),
        **{head: head_metrics(outcome) for head, outcome in found.items()},
        "all_gates": {
            "coverage": float(every.mean()),
            "module_accuracy": float(module.right[every].mean()) if every.any() else None,
            "all_heads_accuracy": float(right[every].mean()) if every.any() else None,
        },
    }
