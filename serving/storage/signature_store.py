"""The stored signatures, as the index of similar clues reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from serving.storage.database import Database
from serving.storage.tables import signatures


@dataclass(frozen=True, slots=True)
class StoredSignature:
    number: int
    signature: bytes


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
