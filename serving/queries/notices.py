"""What was told to the intake system, what is on its way, and what could not be delivered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from serving.access.policy import Action, Principal, require
from serving.storage.work_tables import deliveries


@dataclass(frozen=True, slots=True)
class Notice:
    """``state``: pending, sent, dead (given up), cancelled (the decision was taken back)."""

    delivery_id: str
    event: str
    clue_id: str
    version: int
    state: str
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    last_result: str | None


def notices(
    connection: Connection, principal: Principal, state: str | None, limit: int = 100
) -> tuple[Notice, ...]:
    """The latest first. Raises Forbidden."""
    require(principal, Action.MANAGE_WEBHOOKS)
    d = deliveries.c
    query = select(
        d.delivery_id, d.event, d.clue_id, d.version, d.state, d.attempts, d.due_at, d.sent_at,
        d.last_result,
    )  # fmt: skip
    if state is not None:
        query = query.where(d.state == state)
    found = connection.execute(query.order_by(d.created_at.desc(), d.delivery_id).limit(limit))
    return tuple(Notice(*row) for row in found)
