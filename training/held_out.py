"""How a finished bundle reads labelled clues that it was not fitted on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.bundle import Bundle
from model.decide import alarm_score, raises_alarm
from model.errors import InvalidTable
from model.heads import split_outputs
from model.learned_model import LearnedModel
from model.reader import joined_outputs
from model.reading import read_clue
from model.signals import parse_signals
from model.taxonomy import parse_taxonomy
from training.dataset import as_targets
from training.evaluate import HEADS, Outcome, alarm_metrics, outcomes, summary
from training.labelled import LabelledClue, read_labelled

Confusion = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """``metrics`` per head, class and alarm; ``confusions`` per head as (true, chosen, count), the
    commonest first."""

    metrics: dict[str, Any]
    confusions: dict[str, list[Confusion]]


def read_split(bundle: Bundle, paths: Sequence[Path], split: str | None) -> list[LabelledClue]:
    """The clues of one split, or all, under the taxonomy that the bundle was trained with.

    Raises InvalidTable with every mistake, or when no clue is left.
    """
    taxonomy = parse_taxonomy("taxonomy.yaml", bundle.text("taxonomy.yaml"))
    chosen = [item for item in read_labelled(paths, taxonomy) if split in (None, item.split)]
    if not chosen:
        advice = f"没有 split 列为 {split} 的线索，请检查文件，或不加 --split 评估全部"
        raise InvalidTable("标注数据", [advice])
    return chosen


def evaluate_bundle(bundle: Bundle, clues: Sequence[LabelledClue]) -> HeldOut:
    """Decide every clue as the service would and compare with its labels."""
    model = LearnedModel.from_bundle(bundle)
    signals = parse_signals("signals.yaml", bundle.text("signals.yaml"))
    labels = model.labels
    readings = [read_clue(item.clue, signals) for item in clues]
    scores = split_outputs(joined_outputs(model.reader, readings), labels)
    probabilities = model.calibration.apply(scores, labels)
    targets = as_targets(clues, labels)
    found = outcomes(probabilities, targets, labels, model.gates, model.candidate_rule)
    danger = np.array([signals.danger_score(reading.clauses) for reading in readings])
    alarming = alarm_score(scores.urgency, labels, danger)
    raised = raises_alarm(alarming, probabilities.urgency, labels, model.gates)
    critical = targets.urgency == labels.urgencies.index("critical")
    return HeldOut(
        metrics=summary(found) | {"critical_alarm": alarm_metrics(raised, critical)},
        confusions={head: _confusions(found[head]) for head in HEADS},
    )


def _confusions(outcome: Outcome) -> list[Confusion]:
    wrong = np.flatnonzero(~outcome.right)
    counts = Counter(
        (outcome.codes[outcome.truth[row]], outcome.codes[outcome.chosen[row]]) for row in wrong
    )
    return [(truth, chosen, count) for (truth, chosen), count in counts.most_common()]
