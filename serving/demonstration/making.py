"""Making the demonstration's database: a new file, marked while it is still empty."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from model.triager import Triager
from serving.dashboard.settings import DashboardSettings
from serving.demonstration.accounts import accounts
from serving.demonstration.fill import Filled, fill
from serving.demonstration.marker import mark, require_mark
from serving.keys import ServiceKeys
from serving.storage.database import Database, sqlite_file
from serving.storage.schema import upgrade
from serving.storage.user_store import add_user

_DAYS = 75


def ensure(
    settings: DashboardSettings, clues: int, *, fresh: bool, now: datetime,
    tell: Callable[[str], object],
) -> None:  # fmt: skip
    """Fill the settings' database unless it is filled; ``fresh`` begins anew.

    Raises NotADemonstrationError for a database that exists without the mark, InvalidBundle.
    """
    database = Database(settings.database_url)
    file = sqlite_file(database.url)
    if file.exists():
        with database.read() as connection:
            require_mark(connection)
        if not fresh:
            tell(f"沿用已有的演示数据 {file}（--fresh 重新生成）")
            return
        database.close()
        _remove(file)
    triager = Triager.load(Path(settings.model))
    tell(f"正在生成 {clues:,} 件演示线索……")
    try:
        done = _make(database, settings, triager, clues, now)
    except BaseException:
        database.close()
        _remove(file)  # half of it would pass for the whole
        raise
    tell(f"已生成 {done.clues:,} 件线索、{done.reviews:,} 次模拟复核")
    database.close()


def _make(
    database: Database, settings: DashboardSettings, triager: Triager, clues: int, now: datetime
) -> Filled:
    upgrade(database)
    keys = ServiceKeys(settings)
    with database.write() as connection:
        mark(connection)
        for account in accounts():
            add_user(connection, account, keys.seal, now)
    return fill(database, triager, keys.seal, keys.unseal, count=clues, days=_DAYS, now=now)


def _remove(file: Path) -> None:
    """The database with its journal; the caller has seen the mark."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
