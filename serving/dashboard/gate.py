"""The gate before everything: a session that owes nothing for every page, file and socket, one's
own origin for every change, and the headers that keep a page from talking to anyone else."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.dashboard.desk import Desk
from serving.dashboard.seat import COOKIE
from serving.staff import Member
from serving.storage.database import StorageUnavailableError

_OPEN = ("/login", "/assets/", "/_nicegui/", "/favicon.ico", "/healthz")
"""What anyone may fetch: the door itself, and files that are the same for everyone."""

_OWING = frozenset({"/password", "/second-factor", "/logout"})
"""Where one may go who still owes a new password or a second factor."""

_SAFE = frozenset({"GET", "HEAD"})

# NiceGUI's pages carry their own inline scripts, and Vue compiles templates in the browser.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Gate:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            refusal = await self._refusal(scope)
        except StorageUnavailableError as error:
            refusal = try_again(error)
        if refusal is None:
            await self._pass(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, _with_headers(send))

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = False

        async def receiving() -> Message:
            nonlocal gone
            message = await receive()
            gone = gone or message["type"] == "http.disconnect"
            return message

        try:
            await self._app(scope, receiving, _with_headers(send))
        except RuntimeError:
            if not gone:  # who has gone to another page meanwhile needs no answer
                raise

    async def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE
        if changes and not same_origin(headers):
            return PlainTextResponse("请求来自其他网站，已拒绝", 403)
        if path.startswith(_OPEN):
            return None
        member = await self._member(headers)
        if member is not None:
            owed = None if path in _OWING else self._owed(member)
            return None if owed is None else RedirectResponse(owed, 303)
        if scope["type"] == "http" and scope["method"] == "GET" and "/_nicegui" not in path:
            asked = path + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
            return RedirectResponse(f"/login?next={quote(asked)}", 303)
        return PlainTextResponse("登录已过期，请重新登录", 401)

    async def _member(self, headers: Headers) -> Member | None:
        token = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        desk = self._desk
        if not token:
            return None
        return await asyncio.to_thread(lambda: desk.staff.who(token, desk.now(), active=False))

    def _owed(self, member: Member) -> str | None:
        """Where they must go before anything else."""
        if member.must_change_password:
            return "/password"
        if self._desk.second_factor and not member.enrolled:
            return "/second-factor"
        return None


def try_again(error: StorageUnavailableError) -> Response:
    """What a database that is away or busy is told as: it passes."""
    return PlainTextResponse(error.detail, 503, {"retry-after": "2"})


def same_origin(headers: Headers) -> bool:
    """Whether the browser says that the request comes from a page of ours.

    Browsers send Origin with every POST and every socket; who sends none is no browser, and has
    no cookie of anybody's to misuse, but is refused all the same.
    """
    origin, host = headers.get("origin"), headers.get("host")
    if origin is None or host is None:
        return False
    return urlsplit(origin).netloc.lower() == host.lower()


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
