"""Labelled clues as a learner sees them: texts, targets and folds; and the data's fingerprint."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.bundle import json_bytes
from model.errors import InvalidTable
from model.heads import Labels
from model.reading import read_clue
from model.signals import Signals
from model.taxonomy import Taxonomy
from training.config import TrainingConfig
from training.folds import folds, near_copy_groups
from training.labelled import LabelledClue


@dataclass(frozen=True, slots=True)
class Targets:
    """Labels as indices: ``module``, ``urgency``, ``function`` (n,), ``concern`` (n, concerns).

    ``concern`` is true where the clue's own or a secondary module is that module.
    """

    module: NDArray[np.int64]
    urgency: NDArray[np.int64]
    function: NDArray[np.int64]
    concern: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Targets":
        return Targets(
            self.module[rows], self.urgency[rows], self.function[rows], self.concern[rows]
        )


@dataclass(frozen=True, slots=True)
class Dataset:
    """n texts as the encoder reads them, their targets, the fold (n,) each is held out in, and how
    many words of danger (n,) each holds."""

    texts: list[str]
    targets: Targets
    labels: Labels
    assignment: NDArray[np.int64]
    danger: NDArray[np.int64]

    def fold(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows to learn from and rows held out."""
        return np.flatnonzero(self.assignment != number), np.flatnonzero(self.assignment == number)


def build_dataset(
    clues: Sequence[LabelledClue], taxonomy: Taxonomy, signals: Signals, config: TrainingConfig
) -> Dataset:
    """Read the clues as the model will and deal them into folds.

    Raises InvalidTable when there are too few to cross-validate.
    """
    _check_enough(clues, config)
    labels = label_space(taxonomy)
    texts = [read_clue(item.clue, signals).encoded for item in clues]
    groups = near_copy_groups(texts, [item.author_group for item in clues])
    assignment = folds(_strata(clues, config.folds), groups, count=config.folds, seed=config.seed)
    danger = np.array([signals.count_danger(text) for text in texts])
    return Dataset(texts, as_targets(clues, labels), labels, assignment, danger)


def _check_enough(clues: Sequence[LabelledClue], config: TrainingConfig) -> None:
    counts = Counter(item.module for item in clues)
    if len(counts) < 2 or len(clues) < 10 * config.folds:
        raise InvalidTable(
            "标注数据",
            [
                f"只有 {len(clues)} 条、{len(counts)} 个模块，"
                f"至少需要 {10 * config.folds} 条、2 个模块才能交叉验证"
            ],
        )


def _strata(clues: Sequence[LabelledClue], folds_wanted: int) -> list[str]:
    """Module and urgency of each clue; combinations too rare to spread go with the commonest."""
    fine = [f"{item.module}/{item.urgency}" for item in clues]
    counts = Counter(fine)
    commonest = counts.most_common(1)[0][0]
    return [stratum if counts[stratum] >= folds_wanted else commonest for stratum in fine]


def label_space(taxonomy: Taxonomy) -> Labels:
    """The labels of every head and which combinations the taxonomy allows."""
    modules = tuple(module.code for module in taxonomy.modules)
    functions = tuple(function.code for function in taxonomy.functions)
    allowed = np.array(
        [[function in module.functions for function in functions] for module in taxonomy.modules]
    )
    return Labels(
        modules=modules,
        urgencies=tuple(urgency.code for urgency in taxonomy.urgencies),
        functions=functions,
        concerns=tuple(code for code in modules if code != "out_of_scope"),
        allowed=allowed,
    )


def as_targets(clues: Sequence[LabelledClue], labels: Labels) -> Targets:
    """Labels as indices."""
    return Targets(
        module=np.array([labels.modules.index(item.module) for item in clues]),
        urgency=np.array([labels.urgencies.index(item.urgency) for item in clues]),
        function=np.array([labels.functions.index(item.function) for item in clues]),
        concern=np.array(
            [
                [code == item.module or code in item.secondary_modules for code in labels.concerns]
                for item in clues
            ]
        ),
    )


def data_fingerprint(clues: Sequence[LabelledClue]) -> dict[str, Any]:
    """Content hash and counts of the labelled clues, so that a bundle names its data."""
    digest = hashlib.sha256()
    for item in clues:
        labels = (item.module, *item.secondary_modules, item.urgency, item.function)
        digest.update(json_bytes([item.clue.model_dump(mode="json"), labels]))
    return {
        "sha256": digest.hexdigest(),
        "clues": len(clues),
        "modules": dict(Counter(item.module for item in clues)),
        "urgencies": dict(Counter(item.urgency for item in clues)),
        "functions": dict(Counter(item.function for item in clues)),
        "with_secondary": sum(bool(item.secondary_modules) for item in clues),
    }
