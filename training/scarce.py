"""What the labelled clues are too few for."""

import numpy as np
from numpy.typing import NDArray

from training.calibration import fewest_for_recall
from training.config import TrainingConfig
from training.dataset import Dataset


def scarce_emergencies(dataset: Dataset, config: TrainingConfig) -> str | None:
    """What it means, in Chinese, that so few clues are ``critical``; None where there are enough.

    Of near-copies one counts, as for the threshold itself.
    """
    needed = fewest_for_recall(config.critical_recall)
    known = _emergencies(dataset, np.arange(dataset.copies.size))
    told = f"特急（critical）只有 {known} 件（相同或近似的来信算一件）"
    if known < needed:
        return (
            f"{told}，按 {config.critical_recall:.0%} 的召回目标至少要 {needed} 件："
            "这个模型会把每一件都报为可能特急。请补标特急的线索，"
            "或把 critical_recall 改小后重新训练"
        )
    seen = min(_emergencies(dataset, dataset.fold(number)[0]) for number in range(config.folds))
    if seen < needed:
        return (
            f"{told}，交叉验证时每次只用其中一部分，最少 {seen} 件，不足 {needed} 件，"
            "折外会有整折报为可能特急：上面的警报成绩不是这个模型的，请补标特急的线索"
        )
    return None


def _emergencies(dataset: Dataset, rows: NDArray[np.int64]) -> int:
    critical = dataset.labels.urgencies.index("critical")
    return int((dataset.targets.urgency[dataset.witnesses(rows)] == critical).sum())
