"""One open page and who sits before it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection

from serving.dashboard.desk import Desk
from serving.dashboard.people import Person, SessionOverError

Answer = TypeVar("Answer")
COOKIE = "fenzhen_session"


@dataclass(frozen=True, slots=True)
class Seat:
    """``person`` is who opened the page; every later question asks anew whether they still may."""

    desk: Desk
    token: str
    person: Person
    theme: str

    @classmethod
    async def take(cls, desk: Desk, request: Request) -> "Seat":
        """Raises SessionOverError."""
        token = request.cookies.get(COOKIE, "")
        person = await asyncio.to_thread(desk.people.who, token, desk.now())
        if person is None:
            raise SessionOverError
        theme = request.cookies.get("fenzhen_theme", "")
        return cls(desk, token, person, theme if theme in ("light", "dark") else "")

    async def ask(self, query: Callable[[Connection, Person], Answer]) -> Answer:
        """Raises SessionOverError, NotAllowedError and what else the query raises."""
        person = await self._still()
        return await self.desk.ask(lambda connection: query(connection, person))

    async def act(self, change: Callable[[Connection, Person], Answer]) -> Answer:
        """The same for a change, in one transaction."""
        person = await self._still()
        return await self.desk.act(lambda connection: change(connection, person))

    async def _still(self) -> Person:
        person = await asyncio.to_thread(self.desk.people.who, self.token, self.desk.now())
        if person is None:
            raise SessionOverError
        return person
