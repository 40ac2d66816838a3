"""Distillation: the strongest reader labels texts nobody has labelled, the fast one learns."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from model.calibrate import Calibration
from model.clue import Clue
from model.errors import FenzhenError, InvalidTable
from model.heads import split_outputs
from model.linear_reader import LinearReader
from model.reader import joined_outputs
from model.reading import Reading, read_clue
from model.signals import Signals
from model.tables import BadRow, scan_rows
from training.calibration import fit_calibration
from training.config import TrainingConfig
from training.dataset import Dataset
from training.fit import LinearLearner
from training.folds import copy_families
from training.learner import Advance, Learner, Outputs, Rows
from training.soft_fit import SoftLesson, fit_soft

WEIGHT = 0.3
"""What an unlabelled text counts beside a labelled one."""

_JUDGED = ("module", "urgency", "function")


class DistillingLearner:
    """A linear student of ``teacher``; without gain on the folds it stays as it is without one.

    Near-copies of clues of the dataset and of its test clues are left out of ``unlabelled``.
    Raises InvalidTable when nothing else is there.
    """

    def __init__(
        self,
        dataset: Dataset,
        config: TrainingConfig,
        teacher: Learner,
        unlabelled: Sequence[Reading],
    ) -> None:
        self._dataset, self._config, self._teacher = dataset, config, teacher
        self._unlabelled = without_copies(unlabelled, (*dataset.readings, *dataset.unseen))
        if not self._unlabelled:
            told = "没有标注的来信都与标注过的线索相同或近似，教不了什么，请换一份"
            raise InvalidTable(str(config.unlabelled), [told])
        self._student = LinearLearner(dataset, config)
        self._calibration: Calibration | None = None
        self._kept = False
        self._record: dict[str, Any] = {}

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        if not self._kept:
            return self._student.score_held_out(seen, held_out)
        readings = [self._dataset.readings[row] for row in held_out.tolist()]
        return joined_outputs(self._taught(seen), readings)

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        """With or without the teacher, whichever judges the folds better; both are recorded.

        The teacher of a fold has not seen that fold either.
        """
        alone = self._student.score_out_of_fold(advance)
        self.calibrate(advance)
        self._kept = True
        together = np.zeros_like(alone)
        for number in range(self._config.folds):
            advance(f"蒸馏 第 {number + 1}/{self._config.folds} 折")
            seen, held_out = self._dataset.fold(number)
            together[held_out] = self.score_held_out(seen, held_out)
        before, after = self._macro_f1(alone), self._macro_f1(together)
        self._kept = after > before
        self._record = {
            "unlabelled": len(self._unlabelled),
            "macro_f1_alone": round(before, 4),
            "macro_f1_taught": round(after, 4),
            "kept": self._kept,
        }
        told = "有帮助，采用" if self._kept else "没有帮助，不采用"
        advance(f"蒸馏{told}（折外宏 F1 {before:.3f} → {after:.3f}）")
        return together if self._kept else alone

    def calibrate(self, advance: Advance) -> None:
        """Learn out of fold how sure the teacher may be: it teaches probabilities."""
        labels = self._dataset.labels
        scores = split_outputs(self._teacher.score_out_of_fold(advance), labels)
        self._calibration = fit_calibration(scores, self._dataset.targets, labels)

    def learn(self, advance: Advance) -> LinearReader:
        if not self._kept:
            return self._student.learn(advance)
        advance("在全部数据上训练")
        return self._taught(np.arange(len(self._dataset.readings)))

    def record(self) -> dict[str, Any]:
        return {"distillation": self._record}

    def clear(self) -> None:
        self._teacher.clear()

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        """By the taught student, kept or not. Call ``calibrate`` first."""
        return joined_outputs(self._taught(seen), readings)

    def _taught(self, rows: Rows) -> LinearReader:
        labels = self._dataset.labels
        outputs = self._teacher.score_readings(rows, self._unlabelled)
        assert self._calibration is not None  # noqa: S101 – calibrated first
        probabilities = self._calibration.apply(split_outputs(outputs, labels), labels)
        soft = SoftLesson(self._unlabelled, probabilities, WEIGHT)
        readings, targets = self._dataset.lessons(rows)
        return fit_soft(readings, targets, soft, labels, self._config)

    def _macro_f1(self, outputs: Outputs) -> float:
        """Mean over module, urgency and function."""
        scores = split_outputs(outputs, self._dataset.labels)
        return float(
            np.mean(
                [
                    f1_score(
                        getattr(self._dataset.targets, head),
                        getattr(scores, head).argmax(axis=1),
                        average="macro",
                        zero_division=0,
                    )
                    for head in _JUDGED
                ]
            )
        )


def without_copies(readings: Sequence[Reading], judged: Sequence[Reading]) -> list[Reading]:
    """What a reader is judged by must not be learned from, labels or no labels: the readings that
    are near-copies of none of ``judged``."""
    families = copy_families([*judged, *readings])
    apart = ~np.isin(families[len(judged) :], families[: len(judged)])
    return [reading for reading, is_apart in zip(readings, apart.tolist(), strict=True) if is_apart]


def read_unlabelled(path: Path, signals: Signals) -> list[Reading]:
    """Texts to distil from: JSONL, CSV or Excel with a column ``text``, duplicates once.

    Rows that are no clue are passed over. Raises InvalidTable when none is left.
    """
    found: dict[str, Reading] = {}
    for row in scan_rows(path):
        if isinstance(row, BadRow):
            continue
        try:
            fields = {name: row.values[name] for name in ("text", "title") if name in row.values}
            reading = read_clue(Clue.model_validate(fields), signals)
        except (ValueError, FenzhenError):
            continue
        found.setdefault(" ".join(reading.encoded.split()), reading)
    if not found:
        raise InvalidTable(str(path), ["没有一行可用的正文，请检查是否有 text 列"])
    return list(found.values())
