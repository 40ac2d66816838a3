"""Storing clues with the model's answers: each id once, whoever else is storing it just now."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pydantic_core
from sqlalchemy import Connection, Insert, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from model.clue import Clue
from model.deadlines import in_shanghai
from serving.storage.tables import clues, signatures, triages

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A clue that has been read: its rows, ready to be stored.

    ``mark_as_sent``: the fingerprint as it was before moments were brought into one form; clues
    stored then are known by it.
    """

    clue_id: str
    clue: Row
    triage: Row
    signature: Row
    mark_as_sent: bytes | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The clue is stored. ``earlier`` is the answer of the first time, when this is a repeat."""

    earlier: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The id belongs to a clue of other content; nothing was stored."""


Outcome = Kept | Taken


def submitted(clue: Clue) -> datetime | None:
    """The moment in UTC, however it was written."""
    return clue.submitted_at and in_shanghai(clue.submitted_at).astimezone(UTC)


def fingerprint(clue: Clue) -> bytes:
    """SHA-256 of everything but the id: what makes a second sending a repeat."""
    return _fingerprint(clue, submitted(clue))


def fingerprint_as_sent(clue: Clue) -> bytes:
    """The same with the moment as it was written."""
    return _fingerprint(clue, clue.submitted_at)


def _fingerprint(clue: Clue, moment: datetime | None) -> bytes:
    content = (clue.text, clue.title, clue.channel, clue.location, moment)
    return hashlib.sha256(pydantic_core.to_json(content)).digest()


def store(connection: Connection, arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Store what is new, in one transaction of the caller's; one outcome per arrival, in order.

    Rows are written in the order of their ids, so that two workers never wait for each other
    crosswise. What another transaction stored first is waited for and then compared.
    """
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.clue_id, arrival)
    ordered = [first[clue_id] for clue_id in sorted(first)]
    new = _insert_new(connection, ordered)
    fresh = [arrival for arrival in ordered if arrival.clue_id in new]
    if fresh:
        connection.execute(insert(triages), [arrival.triage for arrival in fresh])
        connection.execute(insert(signatures), [arrival.signature for arrival in fresh])
    repeats = [a for a in arrivals if a.clue_id not in new or first[a.clue_id] is not a]
    known = _known(connection, {arrival.clue_id for arrival in repeats})
    return [
        Kept() if first[a.clue_id] is a and a.clue_id in new else _compare(a, known[a.clue_id])
        for a in arrivals
    ]


def store_shadows(connection: Connection, rows: Sequence[Row]) -> None:
    """Store triages of a model that is only watched; a second one of the same model is left out."""
    statement = _SHADOWS[connection.dialect.name]
    connection.execute(statement, list(rows))


def _insert_new(connection: Connection, arrivals: Sequence[Arrival]) -> set[str]:
    """The ids that were not yet there."""
    statement = _INSERTS[connection.dialect.name]
    return set(connection.execute(statement, [a.clue for a in arrivals]).scalars())


def _insert_or_skip(dialect: Any) -> Insert:
    statement: Insert = dialect.insert(clues).on_conflict_do_nothing(
        index_elements=[clues.c.clue_id]
    )
    return statement.returning(clues.c.clue_id)


_SHADOWS = {
    "sqlite": sqlite.insert(triages).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(triages).on_conflict_do_nothing(),
}
_INSERTS = {"sqlite": _insert_or_skip(sqlite), "postgresql": _insert_or_skip(postgresql)}


def _known(connection: Connection, ids: set[str]) -> dict[str, tuple[bytes, str]]:
    """Fingerprint and first answer by id."""
    if not ids:
        return {}
    found = connection.execute(
        select(clues.c.clue_id, clues.c.fingerprint, triages.c.answer)
        .join(triages, triages.c.clue_id == clues.c.clue_id)
        .where(clues.c.clue_id.in_(ids), triages.c.role == "champion")
        .order_by(triages.c.triage_id.desc())  # the first one overwrites the later ones
    )
    return {clue_id: (bytes(mark), answer) for clue_id, mark, answer in found}


def _compare(arrival: Arrival, known: tuple[bytes, str]) -> Outcome:
    mark, answer = known
    same = mark in (arrival.clue["fingerprint"], arrival.mark_as_sent)
    return Kept(answer) if same else Taken()
