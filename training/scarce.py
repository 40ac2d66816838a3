"""What the labelled clues are too few for."""

import math
from collections.abc import Mapping
from typing import Any

from training.calibration import fewest_for_recall
from training.config import TrainingConfig


def scarce_emergencies(fingerprint: Mapping[str, Any], config: TrainingConfig) -> str | None:
    """What it means, in Chinese, that so few clues are ``critical``; None where there are enough.

    ``fingerprint`` is that of the clues learned from (``training.dataset.data_fingerprint``).
    """
    known = fingerprint["urgencies"].get("critical", 0)
    needed = fewest_for_recall(config.critical_recall)
    if known < needed:
        return (
            f"特急（critical）只有 {known} 条，按 {config.critical_recall:.0%} 的召回目标至少要 "
            f"{needed} 条：这个模型会把每一件都报为可能特急。请补标特急的线索，或把 "
            "critical_recall 改小后重新训练"
        )
    if known - math.ceil(known / config.folds) < needed:
        return (
            f"特急（critical）只有 {known} 条，交叉验证时每次只用其中一部分，不足 {needed} 条，"
            "折外会有整折报为可能特急：上面的警报成绩不是这个模型的，请补标特急的线索"
        )
    return None
