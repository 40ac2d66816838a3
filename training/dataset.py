"""Labelled clues as a learner sees them: texts, targets and folds; and the data's fingerprint."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.bundle import json_bytes
from model.errors import InvalidTable
from model.heads import Labels
from model.reading import Reading, read_clue
from model.signals import Signals
from model.taxonomy import Taxonomy
from training.augment import Noise
from training.config import TrainingConfig
from training.folds import copy_families, folds, joined
from training.labelled import COMPOSED, LabelledClue


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
    """n clues as they are read, and their targets.

    ``assignment`` (n,) is the fold each is held out in, ``groups`` (n,) what no split may part,
    ``copies`` (n,) which are near-copies of each other,
    ``danger`` (n,) what words of danger add to the margin of an emergency. ``noisy`` are copies to
    learn from beside the clues. ``unseen`` are test clues without their labels: an exported network
    is compared on them.
    """

    readings: list[Reading]
    targets: Targets
    labels: Labels
    assignment: NDArray[np.int64]
    groups: NDArray[np.int64]
    copies: NDArray[np.int64]
    danger: NDArray[np.float64]
    noisy: dict[int, Reading]
    unseen: tuple[Reading, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The texts as they are counted: without digits, punctuation or tone."""
        return [reading.encoded for reading in self.readings]

    def lessons(self, rows: NDArray[np.int64]) -> tuple[list[Reading], Targets]:
        """Readings to learn from and their targets: these rows, then the noisy copies of some."""
        copied = np.array([row for row in rows.tolist() if row in self.noisy], dtype=np.int64)
        readings = [self.readings[row] for row in rows.tolist()]
        readings += [self.noisy[row] for row in copied.tolist()]
        return readings, self.targets.take(np.concatenate([rows, copied]))

    def fold(self, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows to learn from and rows held out."""
        return np.flatnonzero(self.assignment != number), np.flatnonzero(self.assignment == number)

    @property
    def heard(self) -> NDArray[np.bool_]:
        """(n,): one of each family of near-copies, see ``witnesses``."""
        rows = np.arange(self.copies.size)
        return np.isin(rows, self.witnesses(rows))

    def witnesses(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of these rows the first of each family of near-copies, in order.

        A letter sent thirty times is answered alike thirty times: bounds that count independent
        clues hold only when it speaks once.
        """
        return rows[np.sort(np.unique(self.copies[rows], return_index=True)[1])]


def build_dataset(
    clues: Sequence[LabelledClue],
    taxonomy: Taxonomy,
    signals: Signals,
    config: TrainingConfig,
    unseen: Sequence[LabelledClue] = (),
) -> Dataset:
    """Read the clues as the model will and deal them into folds.

    Raises InvalidTable when there are too few clues, modules or groups to cross-validate.
    """
    _check_enough(clues, config)
    labels = label_space(taxonomy)
    readings = [read_clue(item.clue, signals) for item in clues]
    copies = copy_families(readings)
    groups = joined(copies, [item.author_group for item in clues])
    strata = [f"{item.module}/{item.urgency}" for item in clues]
    assignment = folds(strata, groups, count=config.folds, seed=config.seed)
    danger = np.array([signals.danger_score(reading.clauses) for reading in readings])
    noisy = _noisy_copies(clues, signals, config)
    return Dataset(
        readings,
        as_targets(clues, labels),
        labels,
        assignment,
        groups,
        copies,
        danger,
        noisy,
        tuple(read_clue(item.clue, signals) for item in unseen),
    )


def _noisy_copies(
    clues: Sequence[LabelledClue], signals: Signals, config: TrainingConfig
) -> dict[int, Reading]:
    """Noisy copies by position, as they are read."""
    if not config.noisy_copies:
        return {}
    noise = Noise([item.clue.text for item in clues])
    random = np.random.default_rng(config.seed)
    copied = np.flatnonzero(random.random(len(clues)) < config.noisy_copies).tolist()
    return {
        row: read_clue(
            clues[row].clue.model_copy(update={"text": noise.copy(clues[row].clue.text, random)}),
            signals,
        )
        for row in copied
    }


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
        "composed": sum(item.source == COMPOSED for item in clues),
        "with_secondary": sum(bool(item.secondary_modules) for item in clues),
    }


def absent_labels(fingerprint: Mapping[str, Any], taxonomy: Taxonomy) -> list[str]:
    """Names of the labels that no clue of a fingerprint bears: no model can learn them."""
    heads = (
        ("modules", taxonomy.modules),
        ("urgencies", taxonomy.urgencies),
        ("functions", taxonomy.functions),
    )
    return [
        f"{entry.name}（{entry.code}）"
        for counted, entries in heads
        for entry in entries
        if not fingerprint[counted].get(entry.code)
    ]
