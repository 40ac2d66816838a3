"""``fenzhen serve``: bind first, so that a taken port is one sentence and not a log."""

import contextlib
import os
import socket

import uvicorn
from uvicorn.supervisors import Multiprocess

from model.errors import FenzhenError
from serving.app import create_app
from serving.settings import Settings

_LOGS = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "fenzhen": {"handlers": ["stderr"], "level": "INFO"},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING"},
    },
}
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
    """Serve on the socket until interrupted; several workers share it."""
    several = settings.workers > 1
    if several:
        os.environ["FENZHEN_MODEL"] = str(settings.model)
    config = uvicorn.Config(
        _FACTORY if several else create_app(settings),
        factory=several,
        workers=settings.workers,
        log_config=_LOGS,
        access_log=False,
        server_header=False,
    )
    with contextlib.suppress(KeyboardInterrupt):
        if several:
            Multiprocess(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])
