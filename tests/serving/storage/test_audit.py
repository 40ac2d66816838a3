"""The audit chain grows only at its end, and says where it was touched."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from serving.audit_chain import Act
from serving.storage.audit import record, verify
from serving.storage.database import Database, StorageUnavailableError
from tests.databases import without_triggers


def _recorded(database: Database, count: int) -> None:
    for number in range(count):
        with database.write() as connection:
            record(connection, Act("user:甲", "unmask", f"clue:{number}", reason="phone_back"))


def test_an_untouched_chain_is_whole(database: Database) -> None:
    _recorded(database, 5)
    with database.read() as connection:
        verdict = verify(connection)
    assert (verdict.rows, verdict.broken_at) == (5, None)


def test_an_act_that_failed_leaves_no_row(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        record(connection, Act("user:甲", "unmask", "clue:1"))
        raise RuntimeError
    with database.read() as connection:
        assert verify(connection).rows == 0


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_a_row(database: Database, change: str) -> None:
    _recorded(database, 2)
    with pytest.raises((DBAPIError, StorageUnavailableError)), database.write() as connection:
        connection.execute(text(change))
    with database.read() as connection:
        assert verify(connection).rows == 2


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ("UPDATE audit SET actor = 'user:乙' WHERE number = 3", 3),
        ("UPDATE audit SET at = (SELECT at FROM audit WHERE number = 1) WHERE number = 4", 4),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 5", 5),
    ],
)
def test_a_change_by_force_is_found(database: Database, change: str, broken_at: int) -> None:
    _recorded(database, 5)
    with without_triggers(database) as connection:
        connection.execute(text(change))
    with database.read() as connection:
        assert verify(connection).broken_at == broken_at


def test_rows_written_at_once_form_one_chain(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: _recorded(database, 10), range(4)))
    with database.read() as connection:
        verdict = verify(connection)
    assert (verdict.rows, verdict.broken_at) == (40, None)
