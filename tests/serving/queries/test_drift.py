"""Drift is told by a p-value, not by an index that small samples move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.clue import Clue
from model.triager import Triager
from serving.access.errors import Forbidden
from serving.arrival.rows import arrival
from serving.queries.audit_list import AuditFilter, list_audit
from serving.queries.drift import drifts
from serving.queries.shift_test import shift
from serving.storage.arrivals import store
from serving.storage.database import Database
from tests.serving.arrivals import TEXTS, sealed
from tests.serving.people import JIA, NOBODY

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


def test_equal_shares_are_no_shift() -> None:
    found = shift({"a": 300, "b": 100}, {"a": 150, "b": 50})
    assert found.p_value is not None
    assert found.p_value > 0.9
    assert found.index < 0.001


def test_a_planted_shift_is_found() -> None:
    found = shift({"a": 300, "b": 100}, {"a": 60, "b": 60})
    assert found.p_value is not None
    assert found.p_value < 0.001


def test_too_few_are_not_judged() -> None:
    assert shift({"a": 1000}, {"b": 49}).p_value is None
    assert shift({}, {"a": 100}).p_value is None


def test_chance_alone_is_seldom_called_a_shift() -> None:
    """Under the null the p-value is at most 5 % in about one of twenty."""
    import random

    dealer = random.Random(3)
    labels = ["a"] * 5 + ["b"] * 3 + ["c"] * 2
    small = 0
    for _ in range(200):
        counts = [dict.fromkeys("abc", 0) for _ in range(2)]
        for side, size in zip(counts, (400, 80), strict=True):
            for _ in range(size):
                side[dealer.choice(labels)] += 1
        p = shift(*counts).p_value
        small += p is not None and p <= 0.05
    assert small <= 20


def test_what_comes_in_anew_is_told_from_what_came_before(database: Database, bundle: Path) -> None:
    triager = Triager.load(bundle)
    with database.write() as connection:
        for number in range(200):
            recent = number >= 120
            text, days = (TEXTS[0], 3) if recent else (TEXTS[number % 6], 30)
            at = NOW - timedelta(days=days, minutes=number)
            clue = Clue(clue_id=f"LJ-{number}", text=text, submitted_at=at)
            row = arrival(clue, triager.triage(clue), triager.taxonomy, sealed, at, 1.0)
            store(connection, [row])
    with database.read() as connection:
        found = {drift.of: drift for drift in drifts(connection, JIA, NOW)}
    assert found["module"].significant
    assert found["module"].shift.before == 120
    assert found["module"].shift.recent == 80
    assert found["corrected"].shift.p_value is None


def test_figures_and_audit_are_for_those_who_may(database: Database) -> None:
    with database.read() as connection:
        with pytest.raises(Forbidden):
            drifts(connection, NOBODY, NOW)
        with pytest.raises(Forbidden):
            list_audit(connection, NOBODY, AuditFilter())
        assert list_audit(connection, JIA, AuditFilter(action="review.", actor="user:甲")) == []
