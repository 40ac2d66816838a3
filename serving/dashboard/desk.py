"""What every page works with: the stored clues, the law as configured, the clock."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from serving.acts.unmask import Open
from serving.dashboard.law import LawBook
from serving.dashboard.views.names import Names
from serving.staff import Staff
from serving.storage.database import Database

Answer = TypeVar("Answer")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Desk:
    """``undo`` is how long an act may be undone;
    ``second_factor``: nobody comes in without one.

    ``demonstration`` puts 演示数据 on every page. ``open_pages``: who has which clue before
    them, and on which page.
    """

    database: Database
    staff: Staff
    book: LawBook
    unseal: Open
    second_factor: bool = False
    undo: timedelta = timedelta(seconds=60)
    demonstration: bool = False
    now: Callable[[], datetime] = field(default=_now)
    open_pages: set[tuple[str, str, str]] = field(default_factory=set)

    @property
    def names(self) -> Names:
        return self.book.law.names

    @property
    def gates(self) -> Mapping[str, Any]:
        """The present thresholds, per head."""
        return self.book.law.gates

    async def ask(self, query: Callable[[Connection], Answer]) -> Answer:
        """The answer to a query, off the event loop. Raises what the query raises."""

        def work() -> Answer:
            with self.database.read() as connection:
                return query(connection)

        return await asyncio.to_thread(work)

    async def act(self, change: Callable[[Connection], Answer]) -> Answer:
        """One transaction, off the event loop. Raises what the change raises."""

        def work() -> Answer:
            with self.database.write() as connection:
                return change(connection)

        return await asyncio.to_thread(work)
