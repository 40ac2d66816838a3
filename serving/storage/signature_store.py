"""The stored signatures, as the index of similar clues reads them."""

from collections.abc import Sequence

from sqlalchemy import func, select

from serving.similar.store import StoredSignature
from serving.storage.database import Database
from serving.storage.tables import signatures


class DatabaseSignatures:
    """Reads in order of ``number``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def signatures_after(self, number: int, limit: int) -> Sequence[StoredSignature]:
        """At most ``limit`` with a greater number, ascending."""
        query = (
            select(signatures.c.number, signatures.c.signature)
            .where(signatures.c.number > number)
            .order_by(signatures.c.number)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [StoredSignature(*row) for row in connection.execute(query)]

    def tally_after(self, number: int) -> tuple[int, int]:
        """How many have a greater number, and the sum of those."""
        n = signatures.c.number
        query = select(func.count(), func.coalesce(func.sum(n), 0)).where(n > number)
        with self._database.read() as connection:
            many, total = connection.execute(query).one()
        return int(many), int(total)
