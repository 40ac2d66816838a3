"""Demonstration data stays where it belongs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.triager import Triager
from serving.demonstration.fill import fill
from serving.demonstration.making import ensure
from serving.demonstration.marker import NotADemonstrationError, is_marked, mark
from serving.service import Service
from serving.settings import Settings
from serving.storage.arrivals import store
from serving.storage.database import Database, StorageUnavailableError
from tests.databases import migrated
from tests.serving.arrivals import arriving
from tests.serving.dashboard.conftest import settings_in

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


@pytest.fixture
def triager(bundle: Path) -> Triager:
    return Triager.load(bundle)


def test_an_unmarked_database_takes_no_demonstration_data(
    database: Database, triager: Triager
) -> None:
    with pytest.raises(NotADemonstrationError):
        fill(
            database, triager, lambda text, of: b"", lambda sealed, of: "", count=10, days=10,
            now=NOW,
        )  # fmt: skip
    with database.read() as connection:
        assert not is_marked(connection)


def test_a_database_that_holds_anything_is_never_marked(
    database: Database, triager: Triager
) -> None:
    with database.write() as connection:
        store(connection, [arriving(triager, "LJ-1")])
    with pytest.raises(NotADemonstrationError), database.write() as connection:
        mark(connection)


def test_the_command_refuses_a_real_database_even_to_begin_anew(
    tmp_path: Path, bundle: Path, triager: Triager
) -> None:
    settings = settings_in(tmp_path, bundle)
    real = migrated(settings.database_url)
    with real.write() as connection:
        store(connection, [arriving(triager, "LJ-1")])
    with pytest.raises(NotADemonstrationError, match="没有演示标记"):
        ensure(settings, 60, fresh=True, now=NOW, tell=print)
    with real.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM clues").scalar() == 1
    real.close()


def test_the_service_takes_no_real_clue_into_a_demonstration_database(
    bundle: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    marked = migrated(url)
    with marked.write() as connection:
        mark(connection)
    marked.close()
    service = Service(Settings(model=bundle, database_url=url, files=tmp_path / "files"))
    service.start()
    try:
        with pytest.raises(StorageUnavailableError, match="演示数据库"):
            service.require_storage()
    finally:
        service.stop()
