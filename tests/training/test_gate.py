"""The gate: each rule can fail a challenger by itself, and says why in words for staff."""

from dataclasses import replace
from pathlib import Path

import pytest

from model.errors import InvalidConfiguration
from model.golden import GoldenMistake
from training.bootstrap import Estimate
from training.evaluate import HEADS
from training.judging.comparison import Compared, Comparison
from training.judging.gate import Gate, load_gate
from training.judging.verdict import judge

NAMES = {"minors": "未成年人检察", "minor_protection": "未成年人保护", "critical": "特急"}


@pytest.fixture(scope="module")
def gate(datasets: Path) -> Gate:
    return load_gate(datasets / "gate.yaml").gate


def _compared(new: float, old: float, spread: float = 0.01) -> Compared:
    by = new - old
    return Compared(
        Estimate(new, new - spread, new + spread),
        Estimate(old, old - spread, old + spread),
        Estimate(by, by - spread, by + spread),
    )


@pytest.fixture
def even() -> Comparison:
    """A challenger exactly as good as the champion."""
    figures = {"critical_alarm/recall": _compared(0.95, 0.95)}
    for head in HEADS:
        figures |= {
            f"{head}/macro_f1": _compared(0.80, 0.80),
            f"{head}/ece": _compared(0.03, 0.03),
            f"{head}/conformal_coverage": _compared(0.91, 0.91),
        }
    figures["function/classes/minors/f1"] = _compared(0.85, 0.85)
    counts = {"function/minors": 60}
    return Comparison(500, figures, counts, [], 27, latency_ms=12, size=10_000_000)


def _with(comparison: Comparison, **figures: Compared) -> Comparison:
    named = {name.replace("__", "/"): found for name, found in figures.items()}
    return replace(comparison, figures=comparison.figures | named)


def _failed(comparison: Comparison, gate: Gate) -> dict[str, str]:
    return {r.rule: r.told for r in judge(comparison, gate, NAMES) if not r.passed}


def test_an_equal_passes(even: Comparison, gate: Gate) -> None:
    assert _failed(even, gate) == {}


def test_a_fall_beyond_the_interval_is_a_fall_however_small(even: Comparison, gate: Gate) -> None:
    worse = _with(even, module__macro_f1=_compared(0.785, 0.80))
    assert "模块宏 F1 0.800 → 0.785，差 -0.015" in _failed(worse, gate)["macro_f1/module"]
    assert "确实变差" in _failed(worse, gate)["macro_f1/module"]


def test_a_fall_within_the_noise_passes_up_to_the_largest_drop(
    even: Comparison, gate: Gate
) -> None:
    slightly = _with(even, urgency__macro_f1=_compared(0.78, 0.80, spread=0.05))
    assert _failed(slightly, gate) == {}
    too_far = _with(even, urgency__macro_f1=_compared(0.76, 0.80, spread=0.05))
    assert "降幅超过 0.03" in _failed(too_far, gate)["macro_f1/urgency"]


def test_critical_recall_has_a_floor_that_no_champion_lowers(even: Comparison, gate: Gate) -> None:
    low = _with(even, critical_alarm__recall=_compared(0.88, 0.80))
    assert set(_failed(low, gate)) == {"critical_recall"}
    assert "下限 0.9" in _failed(low, gate)["critical_recall"]


def test_without_any_emergency_nobody_can_say_that_they_are_found(
    even: Comparison, gate: Gate
) -> None:
    blind = _with(even, critical_alarm__recall=_compared(float("nan"), float("nan")))
    assert "没有特急线索" in _failed(blind, gate)["critical_recall"]


def test_no_class_may_fall_by_more_than_a_step(even: Comparison, gate: Gate) -> None:
    fell = _with(even, function__classes__minors__f1=_compared(0.70, 0.85))
    assert (
        "承办职能“未成年人检察”的 F1（60 条）0.850 → 0.700"
        in (_failed(fell, gate)["class_f1/function/minors"])
    )


def test_of_a_rare_class_only_an_established_fall_counts_but_a_doubtful_one_is_told(
    even: Comparison, gate: Gate
) -> None:
    rare = replace(even, counts={"function/minors": 8})
    doubtful = _with(rare, function__classes__minors__f1=_compared(0.70, 0.85, spread=0.2))
    assert _failed(doubtful, gate) == {}
    assert any("请留意" in reason.told for reason in judge(doubtful, gate, NAMES))
    sure = _with(rare, function__classes__minors__f1=_compared(0.70, 0.85, spread=0.05))
    assert "class_f1/function/minors" in _failed(sure, gate)


@pytest.mark.parametrize(
    ("changed", "rule", "word"),
    [
        ({"figures": {"module/ece": _compared(0.2, 0.03)}}, "ece/module", "上限 0.1"),
        (
            {"figures": {"function/conformal_coverage": _compared(0.8, 0.9)}},
            "coverage/function",
            "下限 0.85",
        ),
        ({"clues": 150}, "clues", "至少要 200 条"),
        ({"latency_ms": 900.0}, "latency", "上限 500 毫秒"),
        ({"size": 900 * 2**20}, "size", "上限 500 MB"),
        (
            {"golden": [GoldenMistake("GOLDEN-01", "module", "minor_protection", "critical")]},
            "golden",
            "GOLDEN-01 应为未成年人保护，判为特急",
        ),
    ],
)
def test_every_other_rule_fails_by_itself(
    even: Comparison, gate: Gate, changed: dict[str, object], rule: str, word: str
) -> None:
    figures = changed.pop("figures", {}) if "figures" in changed else {}
    broken = replace(even, figures=even.figures | figures, **changed)  # type: ignore[operator, arg-type]
    failed = _failed(broken, gate)
    assert set(failed) == {rule}
    assert word in failed[rule]


def test_without_a_champion_only_the_absolute_rules_apply(even: Comparison, gate: Gate) -> None:
    alone = replace(
        even,
        figures={n: Compared(found.challenger, None, None) for n, found in even.figures.items()},
    )
    assert _failed(alone, gate) == {}
    low = _with(alone, critical_alarm__recall=Compared(Estimate(0.5, 0.4, 0.6), None, None))
    assert set(_failed(low, gate)) == {"critical_recall"}


def test_mistakes_in_the_gate_are_told_line_by_line(datasets: Path, tmp_path: Path) -> None:
    content = (datasets / "gate.yaml").read_text(encoding="utf-8")
    path = tmp_path / "gate.yaml"
    path.write_text(
        content.replace("floor: 0.90", "floor: 九成", 1).replace("resamples", "resample")
    )
    with pytest.raises(InvalidConfiguration) as caught:
        load_gate(path)
    assert "critical_recall.floor：应为数字" in caught.value.detail
    assert "resample：不认识的项" in caught.value.detail
    assert "第 " in caught.value.detail
