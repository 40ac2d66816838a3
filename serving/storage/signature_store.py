"""The stored signatures, as the index of similar clues reads them."""

from collections.abc import Sequence

from sqlalchemy import select

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
