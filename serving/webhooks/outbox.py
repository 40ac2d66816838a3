"""The outbox: what must be told is stored with the decision itself, so neither is without the
other."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update
from uuid_utils import uuid7

from serving.acts.standing import Standing
from serving.storage.work_tables import deliveries, webhooks

EVENTS = {
    "confirm": "clue.confirmed",
    "correct": "clue.corrected",
    "return": "clue.returned",
}
"""What is told, by act; the other acts are nobody else's business."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An act on a clue, the version it made and where the clue stands now."""

    clue_id: str
    version: int
    act: str
    standing: Standing


def post(connection: Connection, notice: Notice, *, now: datetime, delay: timedelta) -> None:
    """Store one delivery for each webhook, due after ``delay``. It holds codes, never texts."""
    event = EVENTS.get(notice.act)
    if event is None:
        return
    hooks = connection.execute(
        select(webhooks.c.webhook_id).where(webhooks.c.disabled_at.is_(None))
    ).scalars()
    rows = [
        {
            "delivery_id": str(uuid7()),
            "webhook_id": hook,
            "event": event,
            "clue_id": notice.clue_id,
            "version": notice.version,
            "payload": payload(event, notice, now),
            "state": "pending",
            "attempts": 0,
            "due_at": now + delay,
            "created_at": now,
        }
        for hook in hooks
    ]
    if rows:
        connection.execute(insert(deliveries), rows)


def cancel(connection: Connection, clue_id: str, version: int) -> bool:
    """Call back what is not yet sent of that version; False when something of it has gone out."""
    mine = (deliveries.c.clue_id == clue_id, deliveries.c.version == version)
    states = connection.execute(
        select(deliveries.c.state, deliveries.c.attempts).where(*mine).with_for_update()
    ).all()
    if any(state != "pending" or attempts for state, attempts in states):
        return False
    connection.execute(update(deliveries).where(*mine).values(state="cancelled"))
    return True


def payload(event: str, notice: Notice, now: datetime) -> str:
    """What is sent, as JSON."""
    labels = notice.standing.labels
    return json.dumps(
        {
            "event": event,
            "clue_id": notice.clue_id,
            "version": notice.version,
            "at": now.isoformat(),
            "state": notice.standing.state,
            "module": labels.module,
            "secondary_modules": list(labels.secondary_modules),
            "urgency": labels.urgency,
            "function": labels.function,
            "procuratorate": labels.procuratorate,
        },
        ensure_ascii=False,
    )
