"""What a run found out about the model it made, beyond the metrics that its card states."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from model.bundle import Bundle
from model.deadlines import SHANGHAI
from model.decide import alarm_score
from model.golden import GoldenMistake, golden_mistakes, parse_golden
from model.heads import Scores
from model.reading import read_clue
from model.signals import parse_signals
from model.triager import Triager
from training.answers import Answers, ask, out_of_fold_answers
from training.bootstrap import Estimate, bootstrap
from training.config import TrainingConfig
from training.cross_validate import Evaluation
from training.dataset import Dataset
from training.folds import near_copy_groups
from training.labelled import LabelledClue
from training.learner import Advance
from training.measures import measure
from training.routing import Router
from training.thresholds import Alarming, Passing, alarm_table, passing_table
from training.worst_errors import WorstError, worst_errors

LEVEL = 0.95
"""Of every interval that a report states."""

_TIMED = 200
"""Clues answered to measure the time where no test split is there."""


@dataclass(frozen=True, slots=True)
class Findings:
    """``estimates`` are figures with intervals, by part (``out_of_fold``, ``test``) and name;
    ``test`` is empty where no clue was put aside. ``latency`` in milliseconds a clue, ``size`` of
    the bundle in bytes. ``passing`` and ``worst`` go by head."""

    estimates: dict[str, dict[str, Estimate]]
    passing: dict[str, list[Passing]]
    alarming: list[Alarming]
    worst: dict[str, list[WorstError]]
    golden: list[GoldenMistake]
    golden_count: int
    test_count: int
    latency: dict[str, float]
    size: int

    def metrics(self) -> dict[str, Any]:
        """Intervals, latency, size and golden clues as nested metrics for MLflow."""
        parts: dict[str, Any] = {
            part: {
                key: value
                for name, found in estimates.items()
                for key, value in (
                    (name, found.value), (f"{name}_low", found.low), (f"{name}_high", found.high),
                )
                if not np.isnan(value)
            }
            for part, estimates in self.estimates.items()
        }  # fmt: skip
        return parts | {
            "latency_ms": self.latency,
            "bundle_bytes": self.size,
            "golden": {"mistakes": len(self.golden), "clues": self.golden_count},
        }


def find(
    bundle: Bundle,
    evaluation: Evaluation,
    scores: Scores,
    dataset: Dataset,
    learned: Sequence[LabelledClue],
    held_out: Sequence[LabelledClue],
    config: TrainingConfig,
    advance: Advance,
) -> Findings:
    """Look closely at a finished run that made ``bundle``; ``held_out`` are the clues of the test
    split."""
    advance("计算置信区间")
    groups = [str(group) for group in dataset.groups[evaluation.rows]]
    estimates = {"out_of_fold": intervals(out_of_fold_answers(evaluation), groups, config)}
    advance("用测试集与必对线索检验模型包")
    triager, now = Triager.from_bundle(bundle), datetime.now(SHANGHAI)
    answered = ask(triager, held_out or learned[:_TIMED], Router.of(bundle), now)
    if held_out:
        estimates["test"] = intervals(answered, families(held_out, bundle), config)
    golden = parse_golden("golden.jsonl", bundle.text("golden.jsonl"))
    mistakes = [m for item in golden for m in golden_mistakes(item, triager.triage(item.clue, now))]
    critical = dataset.targets.urgency == dataset.labels.urgencies.index("critical")
    return Findings(
        estimates=estimates,
        passing={
            head: passing_table(outcome, dataset.heard[evaluation.rows], config.confidence_level)
            for head, outcome in evaluation.heads.items()
        },
        alarming=alarm_table(
            alarm_score(scores.urgency, dataset.labels, dataset.danger), critical, dataset.heard
        ),
        worst=worst_errors(evaluation, learned),
        golden=mistakes,
        golden_count=len(golden),
        test_count=len(held_out),
        latency=latency(answered),
        size=bundle_size(bundle),
    )


def intervals(
    answers: Answers, groups: Sequence[str], config: TrainingConfig
) -> dict[str, Estimate]:
    """Every figure of these answers with its interval."""
    return bootstrap(
        lambda weights: measure(answers, weights),
        groups,
        resamples=config.resamples,
        level=LEVEL,
        seed=config.seed,
    )


def families(clues: Sequence[LabelledClue], bundle: Bundle) -> list[str]:
    """For each clue the name of its group: the same author, or near-copies as ``bundle`` reads."""
    signals = parse_signals("signals.yaml", bundle.text("signals.yaml"))
    readings = [read_clue(item.clue, signals) for item in clues]
    groups = near_copy_groups(readings, [item.author_group for item in clues])
    return [str(group) for group in groups]


def latency(answers: Answers) -> dict[str, float]:
    """Median and 95th percentile of one answer, in milliseconds."""
    median, high = np.quantile(answers.seconds, [0.5, 0.95]) * 1000
    return {"median": float(median), "p95": float(high)}


def bundle_size(bundle: Bundle) -> int:
    """Bytes of everything that a prediction needs."""
    return sum(len(content) for content in bundle.files.values())
