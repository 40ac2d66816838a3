"""Lists: every clue once over all pages, counts that agree, the queue in its order."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from model.triager import Triager
from serving.access.errors import Forbidden
from serving.acts.decision import Decision
from serving.acts.review import review
from serving.queries.clue_list import (
    COUNTABLE,
    count_by,
    count_clues,
    list_clues,
    list_state,
    work_queue,
)
from serving.queries.errors import InvalidQueryError
from serving.queries.filters import ClueFilter
from serving.storage.arrivals import store
from serving.storage.database import Database
from tests.serving.arrivals import NOW, TEXTS, arriving, opened
from tests.serving.people import JIA, NOBODY

ALL = ClueFilter()


@pytest.fixture
def stored(database: Database, triager: Triager) -> Database:
    """24 clues; every four arrive in the same moment."""
    arrivals = [
        arriving(triager, f"LJ-{n:02}", TEXTS[n % len(TEXTS)], NOW + timedelta(minutes=n // 4))
        for n in range(24)
    ]
    with database.write() as connection:
        store(connection, arrivals)
    return database


def test_a_list_is_another_when_one_clue_takes_the_place_of_another(
    stored: Database, triager: Triager
) -> None:
    todo = ClueFilter(open=True)

    def told() -> tuple[int, tuple[object, ...]]:
        with stored.read() as connection:
            return count_clues(connection, JIA, todo), list_state(connection, JIA, todo)

    before = told()
    assert told() == before
    with stored.write() as connection:
        review(connection, JIA, "LJ-00", 0, Decision("confirm"), triager.taxonomy, opened,
               now=NOW, undo=timedelta())  # fmt: skip
        store(connection, [arriving(triager, "LJ-99", TEXTS[3], NOW + timedelta(hours=1))])
    after = told()
    assert after[0] == before[0]
    assert after[1] != before[1]


def test_an_id_is_found_however_its_letters_are_written(stored: Database) -> None:
    with stored.read() as connection:
        assert count_clues(connection, JIA, ClueFilter(search="lj-0")) == 10


def test_a_clue_that_a_colleague_is_asked_to_look_at_is_to_be_looked_at(
    database: Database, triager: Triager
) -> None:
    sure = arriving(triager, "sure")
    sure.clue["needs_review"] = False
    to_look_at = ClueFilter(open=True, to_look_at=True)
    with database.write() as connection:
        store(connection, [sure])
        assert count_clues(connection, JIA, to_look_at) == 0
        review(connection, JIA, "sure", 0, Decision("second_look"), triager.taxonomy, opened,
               now=NOW, undo=timedelta())  # fmt: skip
        assert count_clues(connection, JIA, to_look_at) == 1


FILTERS = [
    ALL,
    ClueFilter(module="public_interest"),
    ClueFilter(urgency="critical", open=True),
    ClueFilter(procuratorate="chengguan"),
    ClueFilter(reason="critical"),
    ClueFilter(alarm=True),
    ClueFilter(needs_review=False),
    ClueFilter(decided=False),
    ClueFilter(decided=True),
    ClueFilter(received_from=NOW + timedelta(minutes=1), received_until=NOW + timedelta(minutes=3)),
    ClueFilter(overdue_at=NOW + timedelta(hours=3)),
    ClueFilter(search="砖厂"),
    ClueFilter(search="LJ-1"),
    ClueFilter(search="100%_没有"),
    ClueFilter(proposed_module="public_interest", module="public_interest"),
]


@pytest.mark.parametrize("wanted", FILTERS)
@pytest.mark.parametrize("ask", [list_clues, work_queue])
def test_pages_hold_every_clue_once_and_the_count_agrees(
    stored: Database, wanted: ClueFilter, ask: object
) -> None:
    found: list[str] = []
    after = None
    with stored.read() as connection:
        while True:
            page = ask(connection, JIA, wanted, limit=5, after=after, now=NOW)  # type: ignore[operator]
            found += [line.clue_id for line in page.items]
            after = page.next
            if after is None:
                break
        assert len(found) == len(set(found)) == count_clues(connection, JIA, wanted)


def test_the_newest_come_first(stored: Database) -> None:
    with stored.read() as connection:
        page = list_clues(connection, JIA, ALL, now=NOW)
    keys = [(line.received_at, line.clue_id) for line in page.items]
    assert keys == sorted(keys, reverse=True)


def test_a_new_arrival_neither_shifts_nor_repeats_a_page(
    stored: Database, triager: Triager
) -> None:
    with stored.read() as connection:
        first = list_clues(connection, JIA, ALL, limit=5, now=NOW)
    with stored.write() as connection:
        store(connection, [arriving(triager, "new", now=NOW + timedelta(hours=1))])
    with stored.read() as connection:
        second = list_clues(connection, JIA, ALL, limit=5, after=first.next, now=NOW)
    seen = [line.clue_id for line in (*first.items, *second.items)]
    assert len(set(seen)) == 10
    assert "new" not in seen


def test_the_queue_begins_with_what_is_on_fire(stored: Database, triager: Triager) -> None:
    with stored.read() as connection:
        lines = work_queue(connection, JIA, ALL, now=NOW).items
    ranks = [1 if line.alarm else triager.taxonomy.urgency_by_code[line.urgency].rank
             for line in lines]  # fmt: skip
    assert ranks == sorted(ranks)
    assert lines[0].alarm
    same = [line for line, rank in zip(lines, ranks, strict=True) if rank == ranks[-1]]
    keys = [(line.first_look_by, line.certainty) for line in same]
    assert keys == sorted(keys)


@pytest.mark.parametrize("column", sorted(COUNTABLE))
def test_the_parts_add_up_to_the_whole(stored: Database, column: str) -> None:
    with stored.read() as connection:
        parts = count_by(connection, JIA, ALL, column)
        assert sum(parts.values()) == count_clues(connection, JIA, ALL)
        for value, number in parts.items():
            if value is not None:
                wanted = replace(ALL, **{column: value})
                assert count_clues(connection, JIA, wanted) == number


def _coded(*position: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "after",
    [
        "", "x", "!!!!", "W10", "WzEsMl0", "bnVsbA", "é", "W251bGwsbnVsbF0",
        _coded("2026-01-01T00:00:00+00:00", "\ud800"), _coded("2026-01-01T00:00:00+00:00", "\0"),
        _coded("0001-01-01T00:00:00+14:00", "a"),
    ],
)  # fmt: skip
def test_a_made_up_cursor_is_refused(stored: Database, after: str) -> None:
    with stored.read() as connection, pytest.raises(InvalidQueryError):
        list_clues(connection, JIA, ALL, after=after, now=NOW)


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_the_length_of_a_page_is_bounded(stored: Database, limit: int) -> None:
    with stored.read() as connection, pytest.raises(InvalidQueryError):
        list_clues(connection, JIA, ALL, limit=limit, now=NOW)


def test_without_the_right_nothing_is_listed_or_counted(stored: Database) -> None:
    with stored.read() as connection:
        with pytest.raises(Forbidden):
            list_clues(connection, NOBODY, ALL, now=NOW)
        with pytest.raises(Forbidden):
            count_clues(connection, NOBODY, ALL)
