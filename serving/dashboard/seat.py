"""One open page and who sits before it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from fastapi import Request
from sqlalchemy import Connection

from serving.access.errors import NotAuthenticated
from serving.access.policy import Action, Principal
from serving.dashboard.desk import Desk
from serving.staff import Member

Answer = TypeVar("Answer")
COOKIE = "fenzhen_session"


@dataclass(frozen=True, slots=True)
class Seat:
    """``member`` is who opened the page; every later question asks anew whether they still may.

    ``active``: a person does something; what a page does by itself does not keep a session open.
    """

    desk: Desk
    token: str
    member: Member
    theme: str
    active: bool = True

    @classmethod
    async def take(cls, desk: Desk, request: Request) -> "Seat":
        """Raises NotAuthenticated."""
        await asyncio.to_thread(desk.book.look)
        token = request.cookies.get(COOKIE, "")
        member = await asyncio.to_thread(desk.staff.who, token, desk.now())
        if member is None:
            raise NotAuthenticated("请先登录")
        theme = request.cookies.get("fenzhen_theme", "")
        return cls(desk, token, member, theme if theme in ("light", "dark") else "")

    @property
    def name(self) -> str:
        """As it stands in the audit."""
        return self.member.name

    @property
    def quiet(self) -> "Seat":
        """The same for what the page does by itself."""
        return replace(self, active=False)

    def may(self, action: Action) -> bool:
        return self.member.principal.may(action)

    async def ask(self, query: Callable[[Connection, Principal], Answer]) -> Answer:
        """Raises NotAuthenticated, Forbidden and what else the query raises."""
        principal = await self._still()
        return await self.desk.ask(lambda connection: query(connection, principal))

    async def act(self, change: Callable[[Connection, Principal], Answer]) -> Answer:
        """The same for a change, in one transaction."""
        principal = await self._still()
        return await self.desk.act(lambda connection: change(connection, principal))

    async def _still(self) -> Principal:
        desk = self.desk
        member = await asyncio.to_thread(
            lambda: desk.staff.who(self.token, desk.now(), active=self.active)
        )
        if member is None:
            raise NotAuthenticated("登录已过期，请重新登录")
        return member.principal
