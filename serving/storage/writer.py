"""Group commit: one thread writes what has come together meanwhile, in one transaction.

A commit waits for the disk; many clues share that wait. Whoever hands something in gets a future
that is done only after the commit.
"""

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from serving.storage.arrivals import Arrival, Outcome, Row, store, store_shadows
from serving.storage.database import Database, StorageUnavailableError

_MOST = 200
"""Arrivals in one transaction at most."""

_PAUSE_SECONDS = 1.0
"""How long to refuse at once after the database failed, rather than queue up before it."""


@dataclass(frozen=True, slots=True)
class _Handed:
    arrivals: Sequence[Arrival]
    shadows: Sequence[Row]
    future: Future[list[Outcome]]


class Writer:
    """Stores arrivals. ``start`` before the first, ``stop`` after the last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._handed: queue.SimpleQueue[_Handed | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._paused_until = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Write what was handed in, then end."""
        if self._thread.is_alive():
            self._handed.put(None)
            self._thread.join()

    def store(self, arrivals: Sequence[Arrival]) -> Future[list[Outcome]]:
        """One outcome per arrival, once they are on disk.

        The future raises StorageUnavailableError when they are not; they may be handed in again.
        """
        return self._hand(_Handed(arrivals, (), Future()))

    def store_shadows(self, rows: Sequence[Row]) -> Future[list[Outcome]]:
        """Rows of triages of clues that are stored, by a model that is only watched."""
        return self._hand(_Handed((), rows, Future()))

    def _hand(self, handed: _Handed) -> Future[list[Outcome]]:
        self._handed.put(handed)
        return handed.future

    def _run(self) -> None:
        going_on = True
        while going_on:
            together, going_on = self._take()
            if together:
                self._write(together)

    def _take(self) -> tuple[list[_Handed], bool]:
        """What has come together, and whether there will be more."""
        together: list[_Handed] = []
        size = 0
        item = self._handed.get()
        while item is not None:
            together.append(item)
            size += len(item.arrivals) + len(item.shadows)
            if size >= _MOST:
                return together, True
            try:
                item = self._handed.get_nowait()
            except queue.Empty:
                return together, True
        return together, False

    def _write(self, together: Sequence[_Handed]) -> None:
        if time.monotonic() < self._paused_until:
            _refuse(together, StorageUnavailableError("数据库暂时无法使用，请稍后重试"))
            return
        try:
            outcomes = iter(self._commit(together))
        except StorageUnavailableError as error:
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _refuse(together, error)
        except Exception as error:
            if len(together) == 1:
                _refuse(together, error)
                return
            for handed in together:  # whoever is at fault must not take the others along
                self._write([handed])
        else:
            for handed in together:
                handed.future.set_result([next(outcomes) for _ in handed.arrivals])

    def _commit(self, together: Sequence[_Handed]) -> list[Outcome]:
        arrivals = [arrival for handed in together for arrival in handed.arrivals]
        shadows = [row for handed in together for row in handed.shadows]
        with self._database.write() as connection:
            outcomes = store(connection, arrivals) if arrivals else []
            if shadows:
                store_shadows(connection, shadows)
        return outcomes


def _refuse(together: Sequence[_Handed], error: Exception) -> None:
    for handed in together:
        handed.future.set_exception(error)
