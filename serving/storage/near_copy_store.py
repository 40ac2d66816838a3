"""Which clues are still to be compared with the others, and what was found."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from serving.similar.search import NearCopy
from serving.storage.tables import near_copies, signatures

MOST = 20
"""Near-copies kept of one clue as it is compared: of a form letter that ten thousand send, a few
tell enough."""

_TAKEN_FOR = timedelta(minutes=1)


def take_due(connection: Connection, limit: int, *, now: datetime) -> Sequence[str]:
    """The newest clues that nobody compares yet, put off for a minute so that no other worker
    takes them; one that dies meanwhile loses nothing."""
    newest = _due(signatures.c.clue_id, now=now).limit(limit).with_for_update(skip_locked=True)
    clue_ids = list(connection.execute(newest).scalars())
    if clue_ids:
        connection.execute(
            update(signatures)
            .where(signatures.c.clue_id.in_(clue_ids))
            .values(compare_after=now + _TAKEN_FOR)
        )
    return clue_ids


def some_due(connection: Connection, *, now: datetime) -> bool:
    return connection.execute(_due(signatures.c.number, now=now).limit(1)).first() is not None


def is_compared(connection: Connection, clue_id: str) -> bool:
    """Whether what is stored of its near-copies is complete; so it is for one that is not there."""
    after = select(signatures.c.compare_after).where(signatures.c.clue_id == clue_id)
    return connection.execute(after).scalar() is None


def _due(column: ColumnElement[Any], *, now: datetime) -> Select[Any]:
    """The newest first, in the order of the index. What was put off longer than it ever is was put
    off by a clock that ran ahead; it is due."""
    after = signatures.c.compare_after
    return (
        select(column)
        .where(after.is_not(None), ~((after > now) & (after <= now + 2 * _TAKEN_FOR)))
        .order_by(after.desc(), signatures.c.number.desc())
    )


def keep(connection: Connection, found: Mapping[str, Sequence[NearCopy]]) -> None:
    """Keep what was found for each clue, and on the other side of every pair, unless that one has
    ``MOST`` already; they are compared now.

    What was erased since it was read is left out. Rows are locked in the order of their ids.
    """
    everyone = {*found, *(copy.clue_id for copies in found.values() for copy in copies)}
    there = set(
        connection.execute(
            select(signatures.c.clue_id)
            .where(signatures.c.clue_id.in_(everyone))
            .order_by(signatures.c.clue_id)
            .with_for_update()
        ).scalars()
    )
    links = _links(connection, everyone)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for clue_id, copy in ((one, copy) for one, copies in found.items() for copy in copies):
        if not {clue_id, copy.clue_id} <= there:
            continue
        likeness = {"jaccard": copy.jaccard, "in_order": copy.in_order}
        rows[clue_id, copy.clue_id] = likeness
        if links[copy.clue_id] < MOST:
            links[copy.clue_id] += 1
            rows[copy.clue_id, clue_id] = likeness
    if rows:
        connection.execute(
            _INSERTS[connection.dialect.name],
            [
                {"clue_id": one, "other_id": other, **rows[one, other]}
                for one, other in sorted(rows)
            ],
        )
    connection.execute(
        update(signatures)
        .where(signatures.c.clue_id.in_(there & found.keys()))
        .values(compare_after=None)
    )


def _links(connection: Connection, clue_ids: Collection[str]) -> Counter[str]:
    """How many near-copies are kept of each."""
    counted = connection.execute(
        select(near_copies.c.clue_id, func.count())
        .where(near_copies.c.clue_id.in_(clue_ids))
        .group_by(near_copies.c.clue_id)
    )
    return Counter({row.clue_id: row[1] for row in counted})


def forget(connection: Connection, clue_id: str) -> None:
    """With a text that is erased goes what it was like."""
    connection.execute(delete(signatures).where(signatures.c.clue_id == clue_id))
    for side in (near_copies.c.clue_id, near_copies.c.other_id):
        connection.execute(delete(near_copies).where(side == clue_id))


def _insert_or_skip(dialect: Any) -> Insert:
    statement: Insert = dialect.insert(near_copies).on_conflict_do_nothing()
    return statement


_INSERTS = {"sqlite": _insert_or_skip(sqlite), "postgresql": _insert_or_skip(postgresql)}
