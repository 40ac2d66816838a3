"""Bringing a database to this program's schema, and refusing one of another version."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from model.os_causes import cause
from serving.storage.database import (
    Database,
    StorageUnavailableError,
    sqlite_file,
    unavailable,
)

HEAD = "0006"
"""The newest migration; a test compares it with the scripts."""

_SCRIPTS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x66656E7A  # "fenz"


def prepare(database: Database) -> None:
    """Create a fresh SQLite database; require HEAD of any other.

    Raises StorageUnavailableError that says what to run.
    """
    if database.is_sqlite and not sqlite_file(database.url).exists():
        upgrade(database)
        return
    with database.read() as connection:
        found = revision(connection)
    if found is None and database.is_sqlite:
        upgrade(database)  # another worker may be creating it just now; this waits for it
    elif found != HEAD:
        stand = "还没有表" if found is None else f"是版本 {found}，本程序用版本 {HEAD}"
        raise StorageUnavailableError(f"数据库{stand}，请先备份，再运行 fenzhen db upgrade")


def revision(connection: Connection) -> str | None:
    """The migration that the database stands at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database) -> None:
    """Run the migrations that are missing; several processes may ask at once.

    Raises StorageUnavailableError.
    """
    from alembic import command

    with unavailable(), _alone(database), database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})"))
            connection.commit()
        try:
            command.upgrade(configuration(connection), HEAD)
        finally:
            if not database.is_sqlite:
                connection.rollback()
                connection.execute(text(f"SELECT pg_advisory_unlock({_ADVISORY_LOCK})"))
                connection.commit()


def configuration(connection: Connection) -> Any:
    """Alembic's configuration for the packaged scripts, on a connection of ours."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """One process at a time creates a SQLite file, readable by its owner only."""
    if not database.is_sqlite:
        yield
        return
    file = sqlite_file(database.url)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.with_name(f"{file.name}.lock").open("w")
    except OSError as error:
        raise StorageUnavailableError(
            f"数据库文件 {file} 无法建立（{cause(error)}），请检查文件夹权限和磁盘空间"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file.touch(mode=0o600)
        yield
