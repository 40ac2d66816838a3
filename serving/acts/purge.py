"""Erasing what has been kept long enough: the sealed original, or all that was written.

What was decided, by whom and when stays, without a word of the text; so does the id, so that the
same clue sent again gets its old answer. What is open, for a second look too, or on hold stays.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, select, update

from model.deadlines import SHANGHAI
from serving.access.policy import Action, Principal, require
from serving.audit_chain import Act
from serving.retention import Erasure, HeldClue, Part, RetentionRules, due_for_erasure
from serving.storage.audit import record
from serving.storage.near_copy_store import forget
from serving.storage.tables import clues, reviews

_PAGE = 1000


def due(connection: Connection, rules: RetentionRules, today: date) -> Iterator[Erasure]:
    """What the rules say is to be erased by ``today`` (a day of Asia/Shanghai)."""
    return due_for_erasure(_held(connection), rules, today)


def _held(connection: Connection) -> Iterator[HeldClue]:
    c = clues.c
    # A return closes a clue without deciding its labels, so it is the last act that counts.
    closed_at = select(func.max(reviews.c.at)).where(reviews.c.clue_id == c.clue_id)
    query = (
        select(
            c.clue_id,
            c.module,
            c.received_at,
            c.key_id,
            c.on_hold,
            closed_at.scalar_subquery().label("closed_at"),
        )
        .where(c.purged_at.is_(None), c.open.is_(False))
        .order_by(c.clue_id)
        .limit(_PAGE)
    )
    after = ""
    while rows := connection.execute(query.where(c.clue_id > after)).all():
        for row in rows:
            yield HeldClue(
                clue_id=row.clue_id,
                module=row.module,
                received_on=row.received_at.astimezone(SHANGHAI).date(),
                closed_on=row.closed_at.astimezone(SHANGHAI).date(),
                has_original=row.key_id is not None,
                on_hold=row.on_hold,
            )
        after = rows[-1].clue_id


def purge(
    connection: Connection, principal: Principal, erasures: Sequence[Erasure], *, now: datetime
) -> None:
    """Erase what is due, each with a row in the audit. Raises Forbidden.

    What was put on hold or opened again since it was found to be due is left as it is.
    """
    require(principal, Action.PURGE)
    for erasure in erasures:
        mine = clues.c.clue_id == erasure.clue_id
        may_go = (~clues.c.on_hold, ~clues.c.open, clues.c.purged_at.is_(None))
        gone: dict[str, object] = {"sealed": None, "key_id": None}
        if erasure.part is Part.CLUE:
            gone |= {"text": "", "title": None, "location": None, "channel": None,
                     "purged_at": now}  # fmt: skip
        if not connection.execute(update(clues).where(mine, *may_go).values(gone)).rowcount:
            continue
        if erasure.part is Part.CLUE:
            forget(connection, erasure.clue_id)
            connection.execute(
                update(reviews).where(reviews.c.clue_id == erasure.clue_id).values(note=None)
            )
        facts = {"part": erasure.part.value, "module": erasure.module}
        record(
            connection, Act(principal.name, "purge", f"clue:{erasure.clue_id}", facts=facts), now
        )
