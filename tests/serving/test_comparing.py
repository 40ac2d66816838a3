"""What has arrived is compared with what was there, unasked, and what it repeats is shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from model.triager import Triager
from serving.acts.decision import Decision
from serving.acts.purge import purge
from serving.acts.review import review
from serving.arrival.comparing import Comparing, compare_all
from serving.queries.clue_list import ClueLine, list_clues
from serving.queries.filters import ClueFilter
from serving.queries.near_copy_counts import near_copy_counts
from serving.queries.similar import similar_clues
from serving.retention import Erasure, Part
from serving.similar.search import NearCopy
from serving.storage.arrivals import Arrival, store
from serving.storage.database import Database
from serving.storage.near_copy_store import MOST, is_compared, keep, take_due
from serving.storage.schema import upgrade
from serving.storage.tables import near_copies
from tests.databases import fresh_postgresql, migrated
from tests.serving.arrivals import NOW, TEXTS, arriving, opened
from tests.serving.people import JIA


@pytest.fixture
def postgresql_database(postgresql: str) -> Iterator[Database]:
    database = migrated(fresh_postgresql(postgresql, "comparing"))
    yield database
    database.close()


AGAIN = TEXTS[0] + "请尽快处理。"


def _store(database: Database, triager: Triager, *clues: tuple[str, str]) -> None:
    with database.write() as connection:
        store(connection, [arriving(triager, clue_id, words) for clue_id, words in clues])


def _confirm(database: Database, triager: Triager, clue_id: str) -> None:
    with database.write() as connection:
        review(connection, JIA, clue_id, 0, Decision("confirm"), triager.taxonomy, opened, now=NOW,
               undo=timedelta())  # fmt: skip


def _lines(database: Database) -> dict[str, ClueLine]:
    with database.read() as connection:
        page = list_clues(connection, JIA, ClueFilter(), now=NOW)
    return {line.clue_id: line for line in page.items}


def test_a_list_says_how_many_are_alike_on_both_sides(database: Database, triager: Triager) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("other", TEXTS[2]))
    compare_all(database, NOW)
    _store(database, triager, ("again", AGAIN))
    compare_all(database, NOW)
    assert {name: line.similar for name, line in _lines(database).items()} == {
        "first": 1, "other": 0, "again": 1,
    }  # fmt: skip


def test_it_says_how_many_of_them_people_have_decided_by_now(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("again", AGAIN))
    compare_all(database, NOW)
    assert _lines(database)["again"].similar_decided == 0
    _confirm(database, triager, "first")
    assert _lines(database)["again"].similar_decided == 1
    assert _lines(database)["first"].similar_decided == 0


def test_what_people_decided_comes_first_then_what_is_most_alike(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("asked", TEXTS[0]), ("same", TEXTS[0]), ("alike", AGAIN))
    compare_all(database, NOW)
    _confirm(database, triager, "alike")
    with database.read() as connection:
        found = similar_clues(connection, JIA, "asked")
    assert [(clue.clue_id, clue.decided) for clue in found] == [("alike", True), ("same", False)]


def test_whoever_asks_before_its_turn_does_not_wait_for_it(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("again", AGAIN))
    Comparing(database).compare_now("again")
    with database.read() as connection:
        assert [clue.clue_id for clue in similar_clues(connection, JIA, "again")] == ["first"]
        assert is_compared(connection, "again")
        assert not is_compared(connection, "first")


def test_two_workers_share_the_work(database: Database, triager: Triager) -> None:
    _store(database, triager, *((f"LJ-{n}", TEXTS[n]) for n in range(4)))
    later = NOW + timedelta(seconds=1)
    with database.write() as connection:
        assert list(take_due(connection, 3, now=later)) == ["LJ-3", "LJ-2", "LJ-1"]
    slow = later - timedelta(milliseconds=20)  # its clock, or it waited for the first one's lock
    with database.write() as connection:
        assert list(take_due(connection, 3, now=slow)) == ["LJ-0"]


def test_neither_waits_for_the_other_on_postgresql(
    postgresql_database: Database, triager: Triager
) -> None:
    database = postgresql_database
    _store(database, triager, *((f"LJ-{n}", TEXTS[n]) for n in range(4)))
    with database.write() as first, database.write() as second:
        assert list(take_due(first, 3, now=NOW)) == ["LJ-3", "LJ-2", "LJ-1"]
        assert list(take_due(second, 3, now=NOW)) == ["LJ-0"]


def test_what_a_worker_took_and_did_not_finish_is_due_again_after_a_minute(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("again", AGAIN))
    with database.write() as connection:
        take_due(connection, 2, now=NOW)
    assert Comparing(database).compare_due(NOW + timedelta(seconds=59)) == 0
    assert Comparing(database).compare_due(NOW + timedelta(seconds=61)) == 2
    assert _lines(database)["first"].similar == 1


def test_a_clock_that_ran_ahead_puts_nothing_off_for_long(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("first", TEXTS[0]))
    with database.write() as connection:
        take_due(connection, 1, now=NOW + timedelta(days=365))
    assert Comparing(database).compare_due(NOW) == 1


def test_with_a_text_goes_what_it_was_like(database: Database, triager: Triager) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("again", AGAIN))
    compare_all(database, NOW)
    _confirm(database, triager, "first")
    erasure = Erasure(clue_id="first", module="public_interest", part=Part.CLUE, due_on=NOW.date())
    with database.write() as connection:
        purge(connection, JIA, [erasure], now=NOW)
        assert connection.execute(select(func.count()).select_from(near_copies)).scalar() == 0
        assert is_compared(connection, "first")


def _copies(triager: Triager, number: int) -> list[Arrival]:
    """The same letter so often."""
    one = arriving(triager, "LJ-00")
    return [
        replace(
            one,
            clue_id=name,
            clue={**one.clue, "clue_id": name},
            triage={**one.triage, "clue_id": name},
            signature={**one.signature, "clue_id": name},
        )
        for name in (f"LJ-{n:02}" for n in range(number))
    ]


def test_a_letter_sent_very_often_is_linked_to_a_few_of_its_copies(
    database: Database, triager: Triager
) -> None:
    with database.write() as connection:
        store(connection, _copies(triager, 90))
    compare_all(database, NOW)
    with database.read() as connection:
        counts = near_copy_counts(connection, [f"LJ-{n:02}" for n in range(90)])
    assert all(MOST <= every <= 2 * MOST for every, _ in counts.values())
    assert len(counts) == 90


def test_among_many_copies_the_one_that_people_decide_first_is_found(
    database: Database, triager: Triager
) -> None:
    for copy in _copies(triager, 30):
        with database.write() as connection:
            store(connection, [copy])
        compare_all(database, NOW)
    _confirm(database, triager, "LJ-00")
    with database.read() as connection:
        first = similar_clues(connection, JIA, "LJ-29")[0]
    assert (first.clue_id, first.decided) == ("LJ-00", True)


def test_what_was_erased_while_it_was_compared_does_not_come_back(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("again", AGAIN))
    _confirm(database, triager, "first")
    erasure = Erasure(clue_id="first", module="public_interest", part=Part.CLUE, due_on=NOW.date())
    with database.write() as connection:
        purge(connection, JIA, [erasure], now=NOW)
        keep(connection, {"again": (NearCopy("first", 0.9, 0.9),)})
        assert similar_clues(connection, JIA, "again") == ()
        assert similar_clues(connection, JIA, "first") == ()
        assert is_compared(connection, "again")


def test_what_arrived_before_the_upgrade_is_compared_after_it(
    database: Database, triager: Triager
) -> None:
    _store(database, triager, ("first", TEXTS[0]), ("again", AGAIN))
    with database.write() as connection:
        for statement in (
            "DROP TABLE near_copies", "DROP INDEX ix_signatures_due",
            "ALTER TABLE signatures DROP COLUMN compare_after",
            "ALTER TABLE jobs DROP COLUMN attempts",
            "UPDATE alembic_version SET version_num = '0003'",
        ):  # fmt: skip
            connection.execute(text(statement))
    upgrade(database)
    compare_all(database, NOW)
    assert _lines(database)["first"].similar == 1
