"""A clue is stored once under its id, whoever sends it how often."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from model.clue import Clue
from model.triager import Triager
from serving.arrival.rows import arrival
from serving.storage.arrivals import Kept, Taken, fingerprint, store
from serving.storage.database import Database
from serving.storage.tables import clues, triages
from serving.storage.writer import Writer
from tests.serving.arrivals import NOW, TEXTS, arriving, sealed

OLD_FINGERPRINT = bytes.fromhex("174ef8bbdd403895b5bc66864f4c71ae3e382a00f9bd78cdfdd1e87c31d8b8c3")
"""Of the clue below, as commit 3ab9008 wrote it."""


def _clue(submitted_at: str | None) -> Clue:
    return Clue.model_validate({"clue_id": "a", "text": TEXTS[0], "submitted_at": submitted_at})


def _sent(submitted_at: str | None) -> bytes:
    return fingerprint(_clue(submitted_at))


def _count(database: Database) -> tuple[int, int]:
    with database.read() as connection:
        return tuple(  # type: ignore[return-value]
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (clues, triages)
        )


def test_a_new_clue_is_stored_with_its_triage(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        assert store(connection, [arriving(triager, "a")]) == [Kept()]
    assert _count(database) == (1, 1)


def test_the_same_clue_again_gives_the_stored_answer(database: Database, triager: Triager) -> None:
    first = arriving(triager, "a")
    again = replace(first, triage={**first.triage, "answer": "{}"})
    with database.write() as connection:
        store(connection, [first])
        assert store(connection, [again]) == [Kept(first.triage["answer"])]
    assert _count(database) == (1, 1)


def test_another_clue_under_the_same_id_is_not_stored(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        store(connection, [arriving(triager, "a")])
        assert store(connection, [arriving(triager, "a", TEXTS[1])]) == [Taken()]
    assert _count(database) == (1, 1)


@pytest.mark.parametrize(
    "again", ["2026-11-29T02:00:00Z", "2026-11-29T10:00:00", "2026-11-29T11:00:00+09:00"]
)
def test_the_same_moment_written_otherwise_is_the_same_clue(again: str) -> None:
    assert _sent(again) == _sent("2026-11-29T10:00:00+08:00")


@pytest.mark.parametrize("again", ["2026-11-29T10:00:00Z", "2026-11-29T10:00:01+08:00", None])
def test_another_moment_is_another_clue(again: str | None) -> None:
    assert _sent(again) != _sent("2026-11-29T10:00:00+08:00")


def test_a_clue_stored_when_moments_kept_their_form_is_known_in_that_form(
    database: Database, triager: Triager
) -> None:
    clue = _clue("2026-11-29T10:00:00+08:00")
    now = arrival(clue, triager.triage(clue), triager.taxonomy, sealed, NOW, 1.0)
    then = replace(now, clue={**now.clue, "fingerprint": OLD_FINGERPRINT})
    with database.write() as connection:
        store(connection, [then])
        assert store(connection, [now]) == [Kept(now.triage["answer"])]


def test_repeats_within_one_transaction_are_told_apart(
    database: Database, triager: Triager
) -> None:
    first, other = arriving(triager, "a"), arriving(triager, "b")
    conflicting = arriving(triager, "a", TEXTS[1])
    with database.write() as connection:
        outcomes = store(connection, [other, first, conflicting, first])
    answer = first.triage["answer"]
    assert outcomes[:3] == [Kept(), Kept(), Taken()]
    assert outcomes[3] in (Kept(), Kept(answer))
    assert _count(database) == (2, 2)


def test_two_writers_race_for_the_same_ids(database: Database, triager: Triager) -> None:
    """Each id gets one row, and both writers hear that the clue is kept."""
    writers = [Writer(database), Writer(database)]
    arrivals = [arriving(triager, f"race-{number}") for number in range(40)]
    for writer in writers:
        writer.start()

    def send(writer: Writer) -> list[object]:
        order = arrivals if writer is writers[0] else list(reversed(arrivals))
        futures = [writer.store([arrival]) for arrival in order]
        return [future.result(timeout=30)[0] for future in futures]

    with ThreadPoolExecutor(2) as pool:
        outcomes = [outcome for results in pool.map(send, writers) for outcome in results]
    for writer in writers:
        writer.stop()
    assert all(isinstance(outcome, Kept) for outcome in outcomes)
    assert sum(outcome == Kept() for outcome in outcomes) == len(arrivals)
    assert _count(database) == (40, 40)


def test_one_faulty_arrival_does_not_take_others_along(
    database: Database, triager: Triager
) -> None:
    good, bad = arriving(triager, "good"), arriving(triager, "bad")
    broken = replace(bad, clue={**bad.clue, "text": None})
    writer = Writer(database)
    futures = [writer.store([good]), writer.store([broken])]
    writer.start()
    writer.stop()
    assert futures[0].result() == [Kept()]
    assert futures[1].exception() is not None
    assert _count(database) == (1, 1)
