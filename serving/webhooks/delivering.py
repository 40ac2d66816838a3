"""Sending what the outbox holds: again and again, each time later, until it is heard or given up.

Several workers may send at once; each takes a notice for a minute before it sends. A notice may
arrive twice (its answer may get lost), never not at all; ``X-Fenzhen-Delivery`` tells repeats.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from model.errors import FenzhenError
from serving.repeating import Repeating
from serving.settings import Settings
from serving.storage.database import Database
from serving.storage.work_tables import deliveries, webhooks
from serving.webhooks.destination import check_url
from serving.webhooks.signature import signature

_log = logging.getLogger("fenzhen.webhooks")
MOST_ATTEMPTS = 10
_TAKEN_FOR = timedelta(minutes=1)
_LONGEST = timedelta(hours=6)
_TOGETHER = 10
_PATIENCE_SECONDS = 10
"""For the whole of an exchange, however slowly its bytes come."""


@dataclass(frozen=True, slots=True)
class _Notice:
    delivery_id: str
    url: str
    secret: bytes
    webhook_id: str
    event: str
    body: bytes
    attempts: int


def wait_before(attempt: int) -> timedelta:
    """5 s, 20 s, 80 s, … at most 6 h."""
    return min(timedelta(seconds=5 * 4 ** (attempt - 1)), _LONGEST)


class Delivering(Repeating):
    """``unseal`` opens the secrets."""

    def __init__(
        self, database: Database, settings: Settings, unseal: Callable[[bytes, str], str]
    ) -> None:
        super().__init__("webhooks", seconds=1, patience=15)
        self._database = database
        self._settings = settings
        self._unseal = unseal

    def take_turn(self) -> None:
        self.send_due(datetime.now(UTC))

    def send_due(self, now: datetime) -> int:
        """Send what is due; how many were tried."""
        with self._database.read() as connection:
            if connection.execute(_due(now).with_only_columns(func.count())).scalar() == 0:
                return 0
        with self._database.write() as connection:
            notices = _take(connection, now)
        if notices:
            asyncio.run(self._send_all(notices, now))
        return len(notices)

    async def _send_all(self, notices: Sequence[_Notice], now: datetime) -> None:
        """All at once: who is slow holds up nobody else's."""
        import httpx2

        client = httpx2.AsyncClient(timeout=None, trust_env=False, follow_redirects=False)
        async with client:
            await asyncio.gather(*(self._deliver(client, notice, now) for notice in notices))

    async def _deliver(self, client: Any, notice: _Notice, now: datetime) -> None:
        heard, result = await self._send(client, notice, now)
        with self._database.write() as connection:
            _settle(connection, notice, heard, result, datetime.now(UTC))

    async def _send(self, client: Any, notice: _Notice, now: datetime) -> tuple[bool, str]:
        """Whether it was heard, and in a word what came back. The answer's body is not read."""
        try:
            check_url(notice.url, self._settings)
            secret = self._unseal(notice.secret, f"webhook:{notice.webhook_id}")
            timestamp = int(now.timestamp())
            headers = {
                "Content-Type": "application/json",
                "X-Fenzhen-Event": notice.event,
                "X-Fenzhen-Delivery": notice.delivery_id,
                "X-Fenzhen-Timestamp": str(timestamp),
                "X-Fenzhen-Signature": signature(
                    secret, timestamp, notice.delivery_id, notice.body
                ),
            }
            sending = client.stream("POST", notice.url, content=notice.body, headers=headers)
            async with asyncio.timeout(_PATIENCE_SECONDS), sending as answer:
                return answer.is_success, f"HTTP {answer.status_code}"
        except FenzhenError as error:
            return False, error.code
        except Exception as error:  # whatever is wrong with one must not hold up the others
            return False, type(error).__name__


def _due(now: datetime) -> Any:
    """What was put off longer than any wait was put off by a clock that ran ahead; it is due."""
    waiting = deliveries.c.due_at.between(
        now + timedelta(microseconds=1), now + _LONGEST + _TAKEN_FOR
    )
    return select(deliveries).where(deliveries.c.state == "pending", ~waiting)


def _take(connection: Connection, now: datetime) -> list[_Notice]:
    """Due notices, put off for a minute so that no other worker takes them."""
    rows = connection.execute(
        _due(now)
        .add_columns(webhooks.c.url, webhooks.c.secret_sealed)
        .join(webhooks, webhooks.c.webhook_id == deliveries.c.webhook_id)
        .order_by(deliveries.c.due_at)
        .limit(_TOGETHER)
        .with_for_update(of=deliveries, skip_locked=True)
    ).all()
    if rows:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.delivery_id.in_([row.delivery_id for row in rows]))
            .values(due_at=now + _TAKEN_FOR, attempts=deliveries.c.attempts + 1)
        )
    return [
        _Notice(row.delivery_id, row.url, bytes(row.secret_sealed), row.webhook_id, row.event,
                row.payload.encode(), row.attempts + 1)
        for row in rows
    ]  # fmt: skip


def _settle(
    connection: Connection, notice: _Notice, heard: bool, result: str, now: datetime
) -> None:
    values: dict[str, Any] = {"last_result": result[:100]}
    if heard:
        values |= {"state": "sent", "sent_at": now}
    elif notice.attempts >= MOST_ATTEMPTS:
        values |= {"state": "dead"}
        _log.error("通知 %s 试了 %d 次仍未送达，已搁置", notice.delivery_id, notice.attempts)
    else:
        values |= {"due_at": now + wait_before(notice.attempts)}
    mine = deliveries.c.delivery_id == notice.delivery_id
    connection.execute(update(deliveries).where(mine).values(values))
