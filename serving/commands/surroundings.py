"""What every command of the service needs: settings, an open database, who acts."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from serving.encryption import seal, unseal
from serving.keyring import Keyring
from serving.keys import service_keys
from serving.settings import Settings
from serving.storage.database import Database
from serving.storage.schema import prepare


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``actor`` is who types, as the audit names them."""

    settings: Settings
    database: Database
    actor: str

    @property
    def keyring(self) -> Keyring:
        return service_keys(self.settings)

    def seal(self, content: str, bound_to: str) -> bytes:
        return seal(content, bound_to, self.keyring)

    def unseal(self, sealed: bytes, bound_to: str) -> str:
        return unseal(sealed, bound_to, self.keyring)


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Raises StorageUnavailableError when the database is away or of another version."""
    settings = Settings()
    database = Database(settings.database_url)
    try:
        prepare(database)
        yield Surroundings(settings, database, f"cli:{getpass.getuser()}")
    finally:
        database.close()
