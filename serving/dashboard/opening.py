"""Setting up the dashboard's process: the service's own database, keys, model and rules."""

import contextlib
import socket
from datetime import timedelta
from typing import Any

from serving.dashboard.desk import Desk
from serving.dashboard.law import LawBook
from serving.dashboard.settings import DashboardSettings
from serving.demonstration.marker import is_marked
from serving.keys import ServiceKeys
from serving.staff import Sealing, Staff
from serving.storage.database import Database
from serving.storage.schema import prepare

_LOGS: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "fenzhen": {"handlers": ["stderr"], "level": "INFO"},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING"},
    },
}


def open_desk(settings: DashboardSettings) -> Desk:
    """Raises StorageUnavailableError, InvalidKey, InvalidBundle."""
    database = Database(settings.database_url)
    prepare(database)
    keys = ServiceKeys(settings)
    with database.read() as connection:
        demonstration = is_marked(connection)
    return Desk(
        database=database,
        staff=Staff(
            database, Sealing(keys.seal, keys.unseal), settings.login_rules, settings.session_rules
        ),
        book=LawBook(database, str(settings.model)),
        unseal=keys.unseal,
        second_factor=settings.second_factor,
        undo=timedelta(seconds=settings.undo_seconds),
        demonstration=demonstration,
    )


def run(settings: DashboardSettings, desk: Desk, listening: socket.socket) -> None:
    """Serve on the socket until interrupted. One process: NiceGUI keeps its pages in it."""
    import uvicorn

    from serving.dashboard.application import create_dashboard

    config = uvicorn.Config(
        create_dashboard(desk, secure_cookie=settings.tls),
        log_config=_LOGS,
        access_log=False,
        server_header=False,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        proxy_headers=settings.behind_tls_proxy,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
