"""The migrations make exactly the tables that the program uses, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from serving.storage import access_tables, audit_tables, work_tables  # noqa: F401 – tables
from serving.storage.database import Database, StorageUnavailableError
from serving.storage.schema import HEAD, configuration, prepare, revision
from serving.storage.tables import metadata
from tests.databases import fresh_postgresql


def test_migrations_and_tables_agree(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert revision(connection) == HEAD
        script = ScriptDirectory.from_config(configuration(connection))
    assert script.get_current_head() == HEAD


def test_a_fresh_sqlite_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "fenzhen.db"
    prepare(Database(f"sqlite:///{path}"))
    assert path.stat().st_mode & 0o077 == 0


def test_many_may_open_a_new_sqlite_file_at_the_same_moment(tmp_path: Path) -> None:
    for number in range(100):
        together = Barrier(4)

        def open_it(url: str, together: Barrier = together) -> None:
            database = Database(url)
            together.wait()
            with database.read() as connection:
                connection.execute(text("SELECT 1"))
            database.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(open_it, [f"sqlite:///{tmp_path / f'{number}.db'}"] * 4))


def test_a_database_of_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'fenzhen.db'}")
    prepare(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageUnavailableError, match="fenzhen db upgrade"):
        prepare(database)


def test_an_empty_postgresql_is_not_filled_by_surprise(postgresql: str) -> None:
    database = Database(fresh_postgresql(postgresql, "empty"))
    with pytest.raises(StorageUnavailableError, match="fenzhen db upgrade"):
        prepare(database)
    database.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nonsense", ""])
def test_what_is_no_database_is_told(url: str) -> None:
    with pytest.raises(StorageUnavailableError, match="FENZHEN_DATABASE_URL"):
        Database(url)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "fenzhen.db"
    path.write_bytes(b"letters" * 1000)
    with pytest.raises(StorageUnavailableError, match="损坏"):
        prepare(Database(f"sqlite:///{path}"))
    assert path.read_bytes() == b"letters" * 1000
