"""Each clue that has arrived is compared with those before it, and what it repeats is kept.

Nobody waits for it: what is still to be compared stands in the database, so that a restart loses
nothing and a busy hour is caught up with afterwards. Several workers share the work.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from serving.quiet_log import log_failure
from serving.repeating import Repeating
from serving.similar.index import SimilarIndex
from serving.similar.search import NearCopy, near_copies
from serving.storage.database import Database, StorageUnavailableError
from serving.storage.near_copy_store import MOST, is_compared, keep, some_due, take_due
from serving.storage.signature_store import DatabaseSignatures

_TOGETHER = 20
"""Clues that are taken together at most."""

_REST = 2.0
"""Times what the work took: a third of one core at most, in short stretches. Answers come first."""


class Comparing(Repeating):
    """One thread, and the index of all signatures, which it reads first.

    ``ready`` tells whether the database was found in order.
    """

    def __init__(self, database: Database, ready: Callable[[], bool] = lambda: True) -> None:
        super().__init__("similar", seconds=1, patience=5)
        self._database = database
        self._ready = ready
        self._signatures = DatabaseSignatures(database)
        self._index = SimilarIndex()

    def take_turn(self) -> None:
        """What was taken and is not finished when the service ends is due again in a minute."""
        if not self._ready():
            return
        if not self._index:  # before the first clue that somebody waits for
            self._index.catch_up(self._signatures)
        while self.compare_due(datetime.now(UTC), _REST) == _TOGETHER:
            pass

    def compare_now(self, clue_id: str) -> None:
        """Compare a clue that somebody asks for before its turn. Raises StorageUnavailableError."""
        with self._database.read() as connection:
            if is_compared(connection, clue_id):
                return
        self._index.catch_up(self._signatures)
        found = {clue_id: self._found(clue_id)}
        with self._database.write() as connection:
            keep(connection, found)

    def compare_due(self, now: datetime, rest: float = 0.0) -> int:
        """Compare the newest that are due; how many. ``rest`` is how long to pause after each, in
        times of what it took. Raises StorageUnavailableError."""
        with self._database.read() as connection:
            if not some_due(connection, now=now):
                return 0
        started = time.perf_counter()
        with self._database.write() as connection:
            taken = take_due(connection, _TOGETHER, now=now)
        self._index.catch_up(self._signatures)
        found = {}
        for clue_id in taken:
            found[clue_id] = self._found(clue_id)
            if self._stopping.wait(rest * (time.perf_counter() - started)):
                break
            started = time.perf_counter()
        if found:
            with self._database.write() as connection:
                keep(connection, found)
            self._stopping.wait(rest * (time.perf_counter() - started))
        return len(found)

    def _found(self, clue_id: str) -> tuple[NearCopy, ...]:
        """Nothing after a defect of ours: one clue must not hold up the others for ever."""
        try:
            with self._database.read() as connection:
                return near_copies(connection, self._index, clue_id, MOST)
        except (SQLAlchemyError, StorageUnavailableError):
            raise
        except Exception as error:
            log_failure(self._log, error)
            return ()


def compare_all(database: Database, now: datetime) -> None:
    """Compare all that is due, where no service does it. Raises StorageUnavailableError."""
    comparing = Comparing(database)
    while comparing.compare_due(now):
        pass
