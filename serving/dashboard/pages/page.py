"""What all pages share: taking a seat, the frame, and a designed answer to whoever may not."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from serving.access.errors import NotAuthenticated
from serving.access.policy import Action
from serving.dashboard.desk import Desk
from serving.dashboard.seat import Seat
from serving.dashboard.shell import PLACES, frame
from serving.dashboard.telling import defect, empty_state, failed_state, notice, told

Content = Callable[[Seat, Request], Awaitable[None]]


def add_page(desk: Desk, path: str, title: str, action: Action, content: Content) -> None:
    """Serve ``content`` at ``path`` in the frame, to whoever may ``action``."""

    async def show(request: Request) -> Response | None:
        try:
            seat = await Seat.take(desk, request)
        except NotAuthenticated:
            return RedirectResponse("/login", 303)
        if (elsewhere := _instead(seat, path)) is not None:
            return RedirectResponse(elsewhere, 303)
        with frame(seat, title, path.split("{", maxsplit=1)[0].rstrip("/") or "/"):
            if not seat.may(action):
                empty_state("您没有查看这一页的权限", "需要的话，请联系管理员调整角色。")
                return None
            try:
                await content(seat, request)
            except Exception as error:
                failed_state(error)
        return None

    ui.page(path, response_timeout=20)(show)


def _instead(seat: Seat, path: str) -> str | None:
    """A role without a queue begins at its first place."""
    if path == "/" and not seat.may(Action.READ_CLUES):
        return next((place for place, _, action in PLACES if seat.may(action)), None)
    return None


def handler(act: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """An event handler whose errors are told, not thrown."""

    @wraps(act)
    async def told_act(*arguments: Any) -> None:
        with told():
            try:
                await act(*arguments)
            except Exception as error:
                if hasattr(error, "detail"):
                    raise
                notice(defect(error), "negative")

    return told_act


def named_dialog(name: str) -> ui.dialog:
    """A dialog that readers of screens can name."""
    return ui.dialog().props(f'aria-label="{name}"')
