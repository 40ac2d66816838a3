"""The mark of a database that holds demonstration data and nothing else.

It is set when the database is made and empty; whatever fills or empties demonstration data demands
it, so nothing of it can reach a real database.
"""

from sqlalchemy import Connection, func, inspect, select, text

from model.errors import FenzhenError
from serving.storage.access_tables import users
from serving.storage.audit_tables import audit
from serving.storage.database import StorageUnavailableError
from serving.storage.tables import clues

_TABLE = "demonstration"


class NotADemonstrationError(FenzhenError):
    """The database does not carry the mark."""

    code = "not_a_demonstration"
    title = "Not a demonstration database"

    def __init__(self) -> None:
        super().__init__(
            "这个数据库没有演示标记，可能存有真实线索，已拒绝写入演示数据；"
            "请用 fenzhen demo 另建一个演示数据库"
        )


def is_marked(connection: Connection) -> bool:
    return inspect(connection).has_table(_TABLE)


def mark(connection: Connection) -> None:
    """Mark a database that holds nothing yet. Raises NotADemonstrationError for any other."""
    for table in (clues, users, audit):
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise NotADemonstrationError
    connection.execute(text(f"CREATE TABLE {_TABLE} (marked INTEGER PRIMARY KEY)"))


def refuse_mark(connection: Connection) -> None:
    """Raises StorageUnavailableError where real clues would fall among composed ones."""
    if is_marked(connection):
        raise StorageUnavailableError(
            "这是演示数据库，不收真实线索；请让 FENZHEN_DATABASE_URL 指向正式的数据库"
        )


def require_mark(connection: Connection) -> None:
    """Raises NotADemonstrationError."""
    if not is_marked(connection):
        raise NotADemonstrationError
