"""One way to reach the database, SQLite or PostgreSQL, and one error when it cannot be reached."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from model.errors import FenzhenError

_PATIENCE_SECONDS = 5
"""How long to wait for another writer, a connection or a server before saying that it is busy."""

_UNDEFINED_TABLE = "42P01"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""


class StorageUnavailableError(FenzhenError):
    """The database cannot be reached, is full, locked, or not of this program's version."""

    code = "storage_unavailable"
    title = "Storage unavailable"


class Database:
    """An engine and its two doors: ``read`` and ``write``. Safe to share between threads."""

    def __init__(self, url: str) -> None:
        """Opens no connection. Raises StorageUnavailableError for a URL that names no database."""
        self.url = _checked_url(url)
        self.engine = _engine(self.url)
        self._reading = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        )

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries; all of them see one moment of the database."""
        with unavailable(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back by any error.

        On SQLite it takes the only writer's lock at its beginning, so it never fails half-way.
        """
        with unavailable(), self.engine.connect() as connection:
            writing = connection.execution_options(writes=True)
            with writing.begin():
                yield writing

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def unavailable() -> Iterator[None]:
    """Raises StorageUnavailableError for what the driver raises when the database is away."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError) as error:
        if _is_ours(error):
            raise
        raise StorageUnavailableError(
            f"数据库暂时无法使用（{_cause(error)}），请稍后重试"
        ) from None


def _is_ours(error: Exception) -> bool:
    """Whether it is a defect of ours and not the absence of the database or of its tables."""
    return isinstance(error, DataError | IntegrityError | ProgrammingError) and not (
        _has_no_tables(error)
    )


def _has_no_tables(error: Exception) -> bool:
    cause = getattr(error, "orig", None)
    return getattr(cause, "sqlstate", "") == _UNDEFINED_TABLE or "no such table" in str(cause)


def _cause(error: Exception) -> str:
    """In words of ours: the driver's message may quote the statement's values."""
    if _has_no_tables(error):
        return "还没有表"
    message = str(getattr(error, "orig", "")).lower()
    if "full" in message or "no space" in message or "disk i/o" in message:
        return "磁盘已满或无法写入"
    if "locked" in message:
        return "正被其他程序占用"
    if "readonly" in message or "read-only" in message:
        return "只读"
    if "malformed" in message or "not a database" in message:
        return "文件损坏"
    return "连接不上"


def _checked_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageUnavailableError(
            "FENZHEN_DATABASE_URL 无法识别，请写作 sqlite:///var/fenzhen.db 或 "
            "postgresql://用户:密码@主机/库名"
        ) from error
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed.set(drivername="sqlite")
    raise StorageUnavailableError("FENZHEN_DATABASE_URL 只支持 SQLite 文件与 PostgreSQL，请改写")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"timeout": _PATIENCE_SECONDS}, pool_size=8, max_overflow=24,
            pool_timeout=_PATIENCE_SECONDS, hide_parameters=True,
        )  # fmt: skip
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        connect_args={
            "connect_timeout": _PATIENCE_SECONDS,
            "keepalives_idle": 10,
            "tcp_user_timeout": 10_000,
            "application_name": "fenzhen",
        },
        pool_size=8, max_overflow=24, pool_timeout=_PATIENCE_SECONDS, pool_pre_ping=True,
        hide_parameters=True,
    )  # fmt: skip


def _set_up_sqlite(connection: Any, _: object) -> None:
    """WAL lets readers go on beside the writer; FULL keeps what was acknowledged when power fails.

    https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
    """
    connection.isolation_level = None  # transactions begin where we say so, not at the first change
    _switch_to_wal(connection)
    for pragma in (
        "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-8192",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}").close()


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for its lock here, so two that open a new file at once would collide."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def sqlite_file(url: URL) -> Path:
    """The file of a SQLite URL."""
    return Path(str(url.database))
