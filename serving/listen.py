"""``fenzhen serve``: bind first, so that a taken port is one sentence and not a log."""

import contextlib
import os
import socket
import tempfile

import uvicorn

from model.errors import FenzhenError
from model.os_causes import cause
from serving.keys import service_keys
from serving.logs import log_configuration
from serving.production import check_settings
from serving.protocol import Protocol
from serving.settings import Settings
from serving.shared_counters import FOLDER
from serving.workers import run_workers

_DRAIN_SECONDS = 30
"""How long requests that were taken may still need after the signal to stop."""

_PATIENCE_SECONDS = 4 * _DRAIN_SECONDS
"""How long a worker may take to end: to drain, to put a job aside, to answer what was taken."""

_IDLE_SECONDS = 75


class CannotListenError(FenzhenError):
    """The address is taken, not this machine's, or not allowed."""

    code = "cannot_listen"
    title = "Cannot listen"


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises CannotListenError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is stated; with it on, an answer
    # in two packets waits some 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
        return listening
    except OSError as error:
        listening.close()
        taken = f"{host}:{port} 无法监听（{cause(error)}）"
        raise CannotListenError(f"{taken}，请用 --port 换一个端口，或停掉占用它的程序") from error


def run(settings: Settings, listening: socket.socket) -> None:
    """Serve on the socket until interrupted, then answer what was taken; workers share the socket
    and the model.

    Raises UnsafeSettingsError, InvalidKey, StorageUnavailableError and CannotForkError before the
    first request.
    """
    check_settings(settings)
    service_keys(settings)
    with contextlib.suppress(KeyboardInterrupt):
        if settings.workers == 1:
            uvicorn.Server(_configuration(settings)).run(sockets=[listening])
        else:
            _run_several(settings, listening)


def _run_several(settings: Settings, listening: socket.socket) -> None:
    with tempfile.TemporaryDirectory(prefix="fenzhen-metrics-") as figures:
        os.environ[FOLDER] = figures
        configuration = _configuration(settings)
        configuration.load()  # a certificate that is wrong is wrong for all of them
        configuration.app.state.service.load_before_the_fork()  # type: ignore[union-attr]
        run_workers(
            settings.workers,
            lambda: uvicorn.Server(configuration).run(sockets=[listening]),
            _PATIENCE_SECONDS,
        )


def _configuration(settings: Settings) -> uvicorn.Config:
    from serving.app import create_app  # only now: it imports what reads FOLDER

    return uvicorn.Config(
        create_app(settings),
        http=Protocol,
        log_config=log_configuration(settings.production),
        access_log=False,
        server_header=False,
        proxy_headers=settings.behind_tls_proxy,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
        timeout_keep_alive=_IDLE_SECONDS,
    )
