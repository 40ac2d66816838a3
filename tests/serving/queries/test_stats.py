"""Figures drawn from what people decided: known decisions in, known figures out."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from model.triager import Triager
from serving.access.errors import Forbidden
from serving.acts.decision import Decision
from serving.acts.review import review
from serving.queries import operation, quality
from serving.queries.clue_detail import Labels
from serving.queries.curves import calibration_error, reliability, risk_coverage, share
from serving.queries.stats import HEADS, Scope, Scored, histogram, scored
from serving.storage.arrivals import store
from serving.storage.database import Database
from serving.storage.writer import Writer
from tests.serving.arrivals import NOW, TEXTS, arriving, opened
from tests.serving.people import JIA, NOBODY, YI

ALL = Scope()
MISSED = Labels("public_interest", (), "critical", "public_interest_litigation", "yuzhong")


@pytest.fixture
def decided(database: Database, triager: Triager) -> Database:
    """12 clues: 0–5 confirmed, 6 (the brick kiln) called critical by a person, 7–11 untouched."""
    with database.write() as connection:
        store(connection, [arriving(triager, f"{n:02}", TEXTS[n % 6]) for n in range(12)])
        for number in range(7):
            decision = Decision("correct", MISSED) if number == 6 else Decision("confirm")
            review(connection, JIA, f"{number:02}", 0, decision, triager.taxonomy, opened,
                   now=NOW + timedelta(hours=1), undo=timedelta())  # fmt: skip
        review(connection, YI, "00", 1, Decision("confirm"), triager.taxonomy, opened,
               now=NOW + timedelta(hours=3), undo=timedelta())  # fmt: skip
    return database


@pytest.mark.parametrize("head", HEADS)
def test_the_histogram_counts_every_answer_once(decided: Database, head: str) -> None:
    with decided.read() as connection:
        assert sum(histogram(connection, JIA, ALL, head)) == 12  # type: ignore[arg-type]


def test_only_what_people_decided_counts_as_right_or_wrong(decided: Database) -> None:
    with decided.read() as connection:
        urgency = scored(connection, JIA, ALL, "urgency")
        modules = quality.confusion(connection, JIA, ALL, "module")
    assert sum(level.total for level in urgency) == 7
    assert sum(level.right for level in urgency) == 6
    assert sum(cell.number for cell in modules) == 7
    assert all(cell.proposed == cell.decided for cell in modules)


def test_a_critical_clue_without_an_alarm_is_listed_as_missed(decided: Database) -> None:
    with decided.read() as connection:
        recall = quality.critical_recall(connection, JIA, ALL)
    assert recall.missed == ("06",)
    assert recall.share.total == recall.share.right + 1


@pytest.mark.parametrize("dimension", ["module", "procuratorate", "month", "model"])
def test_every_part_comes_with_its_n(decided: Database, dimension: str) -> None:
    with decided.read() as connection:
        parts = quality.accuracy_by(connection, JIA, ALL, "urgency", dimension)  # type: ignore[arg-type]
    assert sum(part.total for part in parts.values()) == 7
    assert all(part.low <= (part.value or 0) <= part.high for part in parts.values())


def test_two_people_on_one_clue_are_compared(decided: Database) -> None:
    with decided.read() as connection:
        found = quality.agreement(connection, JIA, ALL)
    assert [(item.share.right, item.share.total) for item in found] == [(1, 1)] * 3


def test_what_was_taken_back_is_not_compared(decided: Database, triager: Triager) -> None:
    with decided.write() as connection:
        for version, act in ((2, "withdraw"), (3, "confirm")):
            decision = Decision(act)  # type: ignore[arg-type]
            review(connection, YI, "00", version, decision, triager.taxonomy, opened, now=NOW,
                   undo=timedelta(days=1))  # fmt: skip
        review(connection, YI, "00", 4, Decision("withdraw"), triager.taxonomy, opened, now=NOW,
               undo=timedelta(days=1))  # fmt: skip
        assert quality.agreement(connection, JIA, ALL)[0].share.total == 0


def test_days_are_those_of_shanghai(database: Database, triager: Triager) -> None:
    evening = NOW.replace(hour=16, minute=30)  # half past midnight of the next day there
    with database.write() as connection:
        store(connection, [arriving(triager, "a", now=evening), arriving(triager, "b")])
    with database.read() as connection:
        days = operation.volumes(connection, JIA, ALL)
    assert [(day.day, day.received) for day in days] == [("2026-11-29", 1), ("2026-11-30", 1)]


def test_a_day_without_a_clue_is_a_day_too(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        store(connection, [arriving(triager, "a"),
                           arriving(triager, "b", now=NOW + timedelta(days=3))])  # fmt: skip
    with database.read() as connection:
        days = operation.volumes(connection, JIA, ALL)
    assert [day.received for day in days] == [1, 0, 0, 1]
    assert days[2].day == "2026-12-01"


def test_first_looks_are_held_against_their_deadlines(decided: Database) -> None:
    with decided.read() as connection:
        rows = operation.deadlines_kept(connection, JIA, ALL, now=NOW + timedelta(days=30))
    assert sum(row.kept for row in rows) == 7
    assert sum(row.overdue for row in rows) == 5
    assert sum(row.waiting + row.late for row in rows) == 0


def test_a_shadow_is_compared_but_never_shown(decided: Database, triager: Triager) -> None:
    rows = [{**arriving(triager, f"{n:02}").triage, "role": "shadow", "model_version": "next"}
            for n in range(12)]  # fmt: skip
    writer = Writer(decided)
    writer.store_shadows(rows)
    writer.store_shadows(rows)  # twice: stored once
    writer.start()
    writer.stop()
    with decided.read() as connection:
        found = operation.shadow_comparison(connection, JIA, ALL)
        periods = operation.model_periods(connection, JIA)
    assert {item.agreeing.total for item in found} == {12}
    assert {item.champion_right.total for item in found} == {7}
    assert {(period.role, period.answers) for period in periods} == {
        ("champion", 12),
        ("shadow", 12),
    }


def test_the_views_for_analysts_hold_what_was_decided_and_answered(decided: Database) -> None:
    with decided.read() as connection:
        labelled = connection.execute(text("SELECT * FROM labelled_clues ORDER BY clue_id")).all()
        answers = connection.execute(text("SELECT * FROM answers")).all()
    assert [row.clue_id for row in labelled] == [f"{n:02}" for n in range(7)]
    assert (labelled[6].module, labelled[6].urgency, labelled[6].source) == (
        "public_interest", "critical", "service",
    )  # fmt: skip
    assert labelled[0].labeller == "user:乙"
    assert labelled[0].labelled_at == "2026-11-29T11:00:00.000000Z"
    assert labelled[0].submitted_at == "2026-11-29T08:00:00.000000Z"
    assert len(answers) == 12


def test_without_the_right_no_figure_is_given(decided: Database) -> None:
    with decided.read() as connection, pytest.raises(Forbidden):
        histogram(connection, NOBODY, ALL, "module")


def test_a_reliable_model_has_no_calibration_error() -> None:
    levels = [Scored(950, 100, 95), Scored(550, 100, 55)]
    assert calibration_error(levels) == pytest.approx(0, abs=0.001)
    assert [point.share.total for point in reliability(levels)] == [100, 100]


def test_a_higher_threshold_lets_less_through_and_less_wrong() -> None:
    curve = risk_coverage([Scored(900, 50, 50), Scored(600, 50, 25)])
    assert [(p.threshold, p.let_through.right, p.wrong.right) for p in curve] == [
        (0.6, 100, 25), (0.9, 50, 0),
    ]  # fmt: skip


def test_the_interval_of_nothing_is_everything() -> None:
    assert (share(0, 0).low, share(0, 0).high, share(0, 0).value) == (0.0, 1.0, None)
    assert share(10, 10).low > 0.7
