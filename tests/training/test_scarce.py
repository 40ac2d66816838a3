"""With few emergencies the analyst is told what the model does instead of telling them apart."""

from typing import Any

from training.config import TrainingConfig
from training.scarce import scarce_emergencies


def _told(critical: int, **settings: Any) -> str | None:
    fingerprint = {"urgencies": {"critical": critical, "normal": 300}}
    return scarce_emergencies(fingerprint, TrainingConfig(**settings))


def test_too_few_for_any_threshold() -> None:
    assert "只有 18 条，按 95% 的召回目标至少要 19 条" in (_told(18) or "")
    assert "每一件都报为可能特急" in (_told(0) or "")


def test_enough_for_the_model_but_not_for_every_fold() -> None:
    assert "上面的警报成绩不是这个模型的" in (_told(20) or "")


def test_enough() -> None:
    assert _told(24) is None
    assert _told(190) is None


def test_a_higher_recall_needs_more() -> None:
    assert "至少要 33 条" in (_told(30, critical_recall=0.97) or "")
