"""The audit chain: each row holds the hash of the one before, so nothing can be taken out of it
or altered in silence. It tells who did what to which, never what a text said.

The construction of RFC 9162's predecessors, a simple hash chain: changing a row breaks every
later hash; cutting the end off is seen by the head row, or by a hash noted elsewhere.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Row, insert, select, update

from serving.storage.audit_tables import audit, audit_head

Fact = str | int | float | bool | None
_START = ""
_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. ``facts`` are codes, numbers and ids; ``subject`` is kind:id, as clue:LJ-1."""

    actor: str
    action: str
    subject: str
    outcome: str = "done"
    reason: str = ""
    facts: Mapping[str, Fact] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``broken_at`` is the number of the first row that does not fit; None: the chain is whole."""

    rows: int
    head: str
    broken_at: int | None


def record(connection: Connection, entry: Entry, now: datetime | None = None) -> None:
    """Add an entry to the chain, in the caller's transaction: no act without its row.

    The head row is locked until the commit, so two workers never continue from the same row.
    """
    head = connection.execute(select(audit_head).with_for_update()).one()
    row = {
        "number": head.number + 1,
        "at": now or datetime.now(UTC),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "facts": json.dumps(dict(entry.facts or {}), ensure_ascii=False, sort_keys=True),
        "previous": head.hash,
    }
    row["hash"] = _hash(row)
    connection.execute(insert(audit).values(row))
    connection.execute(update(audit_head).values(number=row["number"], hash=row["hash"]))


def verify(connection: Connection) -> Verdict:
    """Walk the whole chain up to its present head; it may grow meanwhile."""
    head = connection.execute(select(audit_head)).one()
    previous, expected = _START, 1
    while True:
        page = connection.execute(
            select(audit)
            .where(audit.c.number >= expected, audit.c.number <= head.number)
            .order_by(audit.c.number)
            .limit(_PAGE)
        ).all()
        for row in page:
            if not _continues(row, previous, expected):
                return Verdict(expected - 1, previous, expected)
            previous, expected = row.hash, expected + 1
        if len(page) < _PAGE:
            break
    whole = expected - 1 == head.number and previous == head.hash
    return Verdict(expected - 1, previous, None if whole else expected)


def _continues(row: Row[tuple[object, ...]], previous: str, expected: int) -> bool:
    values = row._asdict()
    return bool(
        values["number"] == expected
        and values["previous"] == previous
        and values["hash"] == _hash(values)
    )


def _hash(row: Mapping[str, object]) -> str:
    at = row["at"]
    assert isinstance(at, datetime)  # noqa: S101 – both callers give one
    content = [
        row["number"], at.astimezone(UTC).isoformat(timespec="microseconds"), row["actor"],
        row["action"], row["subject"], row["outcome"], row["reason"], row["facts"],
        row["previous"],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
