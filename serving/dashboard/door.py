"""Coming in and going out: plain forms that need no script, so that a cookie can be set."""

import asyncio
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from model.errors import FenzhenError
from serving.access.errors import LoginRefused, NotAuthenticated, WeakPassword
from serving.access.totp import enrolment_uri, new_totp_secret
from serving.dashboard.desk import Desk
from serving.dashboard.form_page import Form, form_page
from serving.dashboard.forms import LOGIN, PASSWORD, second_factor_form
from serving.dashboard.seat import COOKIE, Seat


def routes(desk: Desk, secure: bool) -> list[Route]:
    """``secure``: the cookie travels only over TLS."""
    door = _Door(desk, secure)
    return [
        Route("/login", door.show_login, methods=["GET"]),
        Route("/login", door.enter, methods=["POST"]),
        Route("/logout", door.leave, methods=["POST"]),
        Route("/password", door.show_password, methods=["GET"]),
        Route("/password", door.change_password, methods=["POST"]),
        Route("/second-factor", door.show_second_factor, methods=["GET"]),
        Route("/second-factor", door.enrol, methods=["POST"]),
    ]


class _Door:
    def __init__(self, desk: Desk, secure: bool) -> None:
        self._desk = desk
        self._secure = secure

    async def show_login(self, request: Request) -> Response:
        return self._page(LOGIN, _login_address(request))

    async def enter(self, request: Request) -> Response:
        form, desk = await _read(request), self._desk
        try:
            token = await asyncio.to_thread(
                desk.staff.enter, form["username"], form["password"], form["code"], desk.now()
            )
        except LoginRefused as error:
            return self._page(LOGIN, _login_address(request), error)
        answer = RedirectResponse(safe_path(request.query_params.get("next", "/")), 303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=self._secure)
        return answer

    async def leave(self, request: Request) -> Response:
        desk = self._desk
        await asyncio.to_thread(desk.staff.leave, request.cookies.get(COOKIE, ""), desk.now())
        return _to_login()

    async def show_password(self, request: Request) -> Response:
        return self._page(PASSWORD, "/password")

    async def change_password(self, request: Request) -> Response:
        form, desk = await _read(request), self._desk
        if form["password"] != form["again"]:
            return self._page(PASSWORD, "/password", WeakPassword("两次输入的新密码不一致"))
        try:
            await asyncio.to_thread(
                desk.staff.change_password, request.cookies.get(COOKIE, ""), form["old"],
                form["password"], desk.now(),
            )  # fmt: skip
        except (LoginRefused, WeakPassword) as error:
            return self._page(PASSWORD, "/password", error)
        except NotAuthenticated:
            return _to_login()
        return _to_login()

    async def show_second_factor(self, request: Request) -> Response:
        return await self._second_factor(request, new_totp_secret())

    async def enrol(self, request: Request) -> Response:
        form, desk = await _read(request), self._desk
        token = request.cookies.get(COOKIE, "")
        try:
            await asyncio.to_thread(
                desk.staff.enrol, token, form["secret"], form["code"], desk.now()
            )
        except LoginRefused as error:
            return await self._second_factor(request, form["secret"], error)
        except NotAuthenticated:
            return _to_login()
        return _to_login()

    async def _second_factor(
        self, request: Request, secret: str, failure: FenzhenError | None = None
    ) -> Response:
        try:
            seat = await Seat.take(self._desk, request)
        except NotAuthenticated:
            return _to_login()
        form = second_factor_form(secret, enrolment_uri(secret, seat.member.username))
        return self._page(form, "/second-factor", failure)

    def _page(self, form: Form, action: str, failure: FenzhenError | None = None) -> Response:
        content = form_page(form, action, failure, demonstration=self._desk.demonstration)
        status = 200 if failure is None else 403 if isinstance(failure, LoginRefused) else 422
        return HTMLResponse(content, status, headers={"cache-control": "no-store"})


def _to_login() -> Response:
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _login_address(request: Request) -> str:
    return f"/login?next={quote(safe_path(request.query_params.get('next', '/')))}"


async def _read(request: Request) -> dict[str, str]:
    """The short fields of a form; a missing one is empty."""
    form = await request.form(max_files=0, max_fields=10)
    found = {name: value[:256] for name, value in form.items() if isinstance(value, str)}
    names = ("username", "password", "code", "old", "again", "secret")
    return {name: found.get(name, "") for name in names}


def safe_path(wanted: str) -> str:
    """A path of ours, whatever the address says: never another site."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/login", "/logout"))
    return wanted if inside and wanted.isprintable() else "/"
