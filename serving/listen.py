"""``fenzhen serve``: bind first, so that a taken port is one sentence and not a log."""

import contextlib
import os
import socket
import tempfile

import uvicorn
from uvicorn.supervisors import Multiprocess

from model.errors import FenzhenError
from serving.app import create_app
from serving.keys import service_keys
from serving.logs import log_configuration
from serving.metrics import MULTIPROCESS_FOLDER
from serving.production import check_settings
from serving.protocol import Protocol
from serving.settings import Settings

_DRAIN_SECONDS = 30
"""How long requests that were taken may still need after the signal to stop."""

_IDLE_SECONDS = 75
_FACTORY = "serving.app:create_app_from_environment"


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
        taken = f"{host}:{port} 无法监听（{error.strerror}）"
        raise CannotListenError(f"{taken}，请用 --port 换一个端口，或停掉占用它的程序") from error


def run(settings: Settings, listening: socket.socket) -> None:
    """Serve on the socket until interrupted, then answer what was taken; workers share the socket.

    Raises UnsafeSettingsError, InvalidKey and StorageUnavailableError before the first request.
    """
    check_settings(settings)
    service_keys(settings)
    several = settings.workers > 1
    with tempfile.TemporaryDirectory(prefix="fenzhen-metrics-") as figures:
        if several:
            os.environ |= {"FENZHEN_MODEL": str(settings.model), MULTIPROCESS_FOLDER: figures}
        config = uvicorn.Config(
            _FACTORY if several else create_app(settings),
            factory=several,
            http=Protocol,
            workers=settings.workers,
            log_config=log_configuration(settings.production),
            access_log=False,
            server_header=False,
            proxy_headers=settings.behind_tls_proxy,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
            timeout_keep_alive=_IDLE_SECONDS,
        )
        with contextlib.suppress(KeyboardInterrupt):
            if several:
                Multiprocess(config, sockets=[listening]).run()
            else:
                uvicorn.Server(config).run(sockets=[listening])
