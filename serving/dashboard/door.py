"""Coming in and going out: plain pages that need no script, so that a cookie can be set."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from serving.dashboard.assets import head
from serving.dashboard.desk import Desk
from serving.dashboard.people import CannotEnterError, SessionOverError
from serving.dashboard.seat import COOKIE

_PAGE = Markup(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} · 分诊</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="/assets/favicon.svg">{head}</head><body>{strip}'
    '<main class="door"><form method="post" action="{action}"><h1>{title}</h1>'
    '<p class="muted small">{lead}</p>{fields}{failure}<button>{button}</button></form></main>'
    "</body></html>"
)
_FIELD = Markup(
    '<label>{label}<input name="{name}" type="{kind}" autocomplete="{complete}" {rest}></label>'
)
_REQUIRED = Markup("required")
STRIP = Markup(
    '<div class="demo-strip" role="note"><b>演示数据</b><span>　线索为人工拟写，复核为程序模拟，'
    "与任何真实案件无关</span></div>"
)


def routes(desk: Desk, secure: bool) -> list[Route]:
    """``secure``: the cookie travels only over TLS."""
    door = _Door(desk, secure)
    return [
        Route("/login", door.show, methods=["GET"]),
        Route("/login", door.enter, methods=["POST"]),
        Route("/password", door.show_password, methods=["GET"]),
        Route("/password", door.change_password, methods=["POST"]),
        Route("/logout", door.leave, methods=["POST"]),
    ]


class _Door:
    def __init__(self, desk: Desk, secure: bool) -> None:
        self._desk = desk
        self._secure = secure

    async def show(self, request: Request) -> Response:
        return self._login_page(safe_path(request.query_params.get("next", "/")))

    async def enter(self, request: Request) -> Response:
        wanted = safe_path(request.query_params.get("next", "/"))
        form = await _form(request)
        desk = self._desk
        try:
            token = await asyncio.to_thread(
                desk.people.enter, form["username"], form["password"], form["code"], desk.now()
            )
        except CannotEnterError as error:
            return self._login_page(wanted, error.detail, 403)
        answer = RedirectResponse(wanted, 303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=self._secure)
        return answer

    async def leave(self, request: Request) -> Response:
        desk = self._desk
        await asyncio.to_thread(desk.people.leave, request.cookies.get(COOKIE, ""), desk.now())
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    async def show_password(self, request: Request) -> Response:
        return self._password_page()

    async def change_password(self, request: Request) -> Response:
        form, desk = await _form(request), self._desk
        token = request.cookies.get(COOKIE, "")
        if form["password"] != form["again"]:
            return self._password_page("两次输入的新密码不一致", 422)
        change: Callable[[], Awaitable[None]] = lambda: asyncio.to_thread(  # noqa: E731
            desk.people.change_password, token, form["old"], form["password"], desk.now()
        )
        try:
            await change()
        except SessionOverError:
            return RedirectResponse("/login", 303)
        except CannotEnterError as error:
            return self._password_page(error.detail, 422)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    def _login_page(self, wanted: str, failure: str = "", status: int = 200) -> Response:
        fields = (
            _field("用户名", "username", "text", "username", Markup("required autofocus")),
            _field("密码", "password", "password", "current-password", _REQUIRED),
            _field("动态口令（开通两步验证的账号填写）", "code", "text", "one-time-code",
                   Markup('inputmode="numeric" maxlength="6" pattern="[0-9]*"')),
        )  # fmt: skip
        return self._page("分诊", "兰州检察 · 群众线索复核", f"/login?next={quote(wanted)}",
                          fields, "登录", failure, status)  # fmt: skip

    def _password_page(self, failure: str = "", status: int = 200) -> Response:
        fields = (
            _field("现在的密码", "old", "password", "current-password", _REQUIRED),
            _field("新密码", "password", "password", "new-password", _REQUIRED),
            _field("再输入一次新密码", "again", "password", "new-password", _REQUIRED),
        )
        return self._page("修改密码", "修改后请用新密码重新登录", "/password", fields, "修改",
                          failure, status)  # fmt: skip

    def _page(self, title: str, lead: str, action: str, fields: tuple[Markup, ...], button: str,
              failure: str, status: int) -> Response:  # fmt: skip
        told = Markup('<p class="failed" role="alert">{}</p>').format(failure) if failure else ""
        content = _PAGE.format(
            title=title, head=head(), lead=lead, action=action, fields=Markup("").join(fields),
            failure=told, button=button, strip=STRIP if self._desk.demonstration else "",
        )  # fmt: skip
        return HTMLResponse(content, status, headers={"cache-control": "no-store"})


def _field(label: str, name: str, kind: str, complete: str, rest: Markup) -> Markup:
    return _FIELD.format(label=label, name=name, kind=kind, complete=complete, rest=rest)


async def _form(request: Request) -> dict[str, str]:
    """The short fields of a form; a missing one is empty."""
    form = await request.form(max_files=0, max_fields=10)
    found = {name: value[:256] for name, value in form.items() if isinstance(value, str)}
    names = ("username", "password", "code", "old", "again")
    return {name: found.get(name, "") for name in names}


def safe_path(wanted: str) -> str:
    """A path of ours, whatever the address says: never another site."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/login", "/logout"))
    return wanted if inside and wanted.isprintable() else "/"
