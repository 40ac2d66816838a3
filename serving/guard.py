"""The outermost layer: headers on every answer, an access log without content, no traceback."""

import logging
import time
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.metrics import Metrics
from serving.problems import answer_problem, problem
from serving.quiet_log import log_failure
from serving.request_id import HEADER, current_request, request_id

_access = logging.getLogger("fenzhen.access")
_log = logging.getLogger("fenzhen.guard")

# The documentation page has inline scripts; all it loads comes from this service.
_CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src blob:; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": _CONTENT_POLICY,
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_OVER_TLS = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
_CLIENT_GONE = 499
"""In the access log only: the sender hung up before the end of the request."""


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0
        name = request_id(dict(scope["headers"]).get(HEADER.encode()))
        current_request.set(name)
        headers = _HEADERS | {HEADER: name} | (_OVER_TLS if scope.get("scheme") == "https" else {})

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(headers)
            await send(message)

        try:
            await self._app(scope, receive, send_guarded)
        except ClientDisconnect:
            status = status or _CLIENT_GONE
        except Exception as error:
            log_failure(_log, error)
            if not status:
                sorry = problem("internal_error", "程序出错，请稍后重试；仍不行请联系维护人员")
                await answer_problem(sorry)(scope, receive, send_guarded)
        seconds = time.perf_counter() - started
        method = scope["method"] if scope["method"] in _METHODS else "-"
        _access.info("%s %s %d %.1f ms", method, _route(scope), status, 1000 * seconds)
        if self._metrics is not None:
            self._metrics.request(method, _route(scope), status, seconds)


def _route(scope: MutableMapping[str, Any]) -> str:
    """The route's own path: a path or query made up by the sender may hold anything."""
    return getattr(scope.get("route"), "path", "-")
