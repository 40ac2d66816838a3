"""A second model that reads along: its answers are stored to be compared, and shown to nobody."""

import logging
import queue
import threading
import time
from datetime import UTC, datetime

from model.clue import Clue
from serving.arrival.rows import triage_row
from serving.models.holder import Holder
from serving.quiet_log import log_failure
from serving.storage.writer import Writer

_log = logging.getLogger("fenzhen.shadow")
_MOST_WAITING = 1000


class Shadowing:
    """Takes clues that are stored and answered. It never holds anyone up: when it cannot keep
    pace, it lets clues go and counts them."""

    def __init__(self, holder: Holder, writer: Writer) -> None:
        self.missed = 0
        self._holder = holder
        self._writer = writer
        self._waiting: queue.Queue[tuple[Clue, datetime] | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What waits is let go: it is worth less than a quick end."""
        if self._thread.is_alive():
            while not self._waiting.empty():
                self._waiting.get_nowait()
            self._waiting.put(None)
            self._thread.join()

    def offer(self, clue: Clue, received_at: datetime) -> None:
        if self._holder.model is None:
            return
        try:
            self._waiting.put_nowait((clue, received_at))
        except queue.Full:
            self.missed += 1

    def _run(self) -> None:
        while (item := self._waiting.get()) is not None:
            try:
                self._read(*item)
            except Exception as error:
                self.missed += 1
                log_failure(_log, error)

    def _read(self, clue: Clue, received_at: datetime) -> None:
        model = self._holder.model
        if model is None or clue.clue_id is None:
            return
        started = time.perf_counter()
        triage = model.triager.triage(clue, received_at)
        spent = 1000 * (time.perf_counter() - started)
        row = triage_row(clue.clue_id, triage, "shadow", datetime.now(UTC), spent)
        self._writer.store_shadows([row]).result()
