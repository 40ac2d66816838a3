"""Retention: what falls due, what is kept whatever happens, and mistakes told with their line."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import InvalidConfiguration
from model.taxonomy import load_taxonomy
from serving.retention import (
    Erasure,
    HeldClue,
    Part,
    due_for_erasure,
    load_retention,
    parse_retention,
    tell,
)

RULES = parse_retention(
    "retention.yaml",
    """
version: "1"
modules:
  minor_protection: {counted_from: decided, original_days: 180, days: 1095, legal_basis: 某条}
  out_of_scope: {counted_from: received, original_days: 30, days: 30, legal_basis: 某条}
""",
    ["minor_protection", "out_of_scope"],
)
RECEIVED, DECIDED = date(2026, 1, 1), date(2026, 1, 11)
MINOR = HeldClue("LJ-1", "minor_protection", RECEIVED, DECIDED, has_original=True)


def _due(clue: HeldClue, today: date) -> list[Erasure]:
    return list(due_for_erasure([clue], RULES, today))


@pytest.mark.parametrize(
    ("days", "part"), [(179, None), (180, Part.ORIGINAL), (1094, Part.ORIGINAL), (1095, Part.CLUE)]
)
def test_first_the_original_falls_due_then_the_clue(days: int, part: Part | None) -> None:
    found = _due(MINOR, DECIDED + timedelta(days=days))
    assert [erasure.part for erasure in found] == ([part] if part else [])


def test_days_count_from_what_the_rule_says() -> None:
    clue = HeldClue("LJ-2", "out_of_scope", RECEIVED, DECIDED, has_original=True)
    assert _due(clue, RECEIVED + timedelta(days=29)) == []
    due = RECEIVED + timedelta(days=30)
    assert _due(clue, due) == [Erasure("LJ-2", "out_of_scope", Part.CLUE, due)]


@pytest.mark.parametrize(
    "clue",
    [
        HeldClue("LJ-1", "minor_protection", RECEIVED, None, has_original=True),
        HeldClue("LJ-1", "minor_protection", RECEIVED, DECIDED, has_original=True, on_hold=True),
        HeldClue("LJ-1", "no_such_module", RECEIVED, DECIDED, has_original=True),
    ],
)
def test_undecided_held_and_unknown_clues_are_kept(clue: HeldClue) -> None:
    assert _due(clue, date(2126, 1, 1)) == []


def test_an_original_that_is_gone_is_not_erased_again() -> None:
    gone = HeldClue("LJ-1", "minor_protection", RECEIVED, DECIDED, has_original=False)
    assert _due(gone, DECIDED + timedelta(days=500)) == []


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_what_is_due_stays_due(days: int, later: int) -> None:
    today = DECIDED + timedelta(days=days)
    order = [None, Part.ORIGINAL, Part.CLUE]
    now = [e.part for e in _due(MINOR, today)] or [None]
    then = [e.part for e in _due(MINOR, today + timedelta(days=later))] or [None]
    assert order.index(now[0]) <= order.index(then[0])


def test_a_dry_run_tells_counts_and_no_clue() -> None:
    erasures = _due(MINOR, DECIDED + timedelta(days=200))
    lines = tell(erasures, {"minor_protection": "未成年人保护"})
    assert lines == ["未成年人保护：只清除原文 1 条"]
    assert tell([], {}) == ["没有到期的线索"]


def test_the_shipped_rules_cover_every_module(datasets: Path) -> None:
    modules = [module.code for module in load_taxonomy(datasets / "taxonomy.yaml").modules]
    assert set(load_retention(datasets / "retention.yaml", modules).modules) == set(modules)


def test_every_mistake_is_told_with_its_line() -> None:
    content = """version: "1"
modules:
  minor_protecton: {counted_from: decided, original_days: 9, days: 8, legal_basis: 某条}
  out_of_scope: {counted_from: closed, original_days: 0, days: "30", legal_basis: ""}
"""
    with pytest.raises(InvalidConfiguration) as refused:
        parse_retention("retention.yaml", content, ["minor_protection", "out_of_scope"])
    said = str(refused.value)
    for line, words in [
        (3, "是否想写 minor_protection"),
        (3, "原文保存 9 天，比整条线索的 8 天还久"),
        (2, "缺少模块：minor_protection"),
        (4, "counted_from"),
        (4, "不能小于 1"),
        (4, "应为整数"),
        (4, "不能为空"),
    ]:
        assert any(f"第 {line} 行" in one and words in one for one in said.splitlines()), words
