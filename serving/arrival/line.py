"""The line that clues go through: read by one thread, stored by another, then answered.

Reading is pure computation and must not hold up the event loop; what has queued up meanwhile is
read together and stored in one transaction.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

from uuid_utils import uuid7

from model.clue import Clue
from model.errors import FenzhenError, InvalidClue
from model.triage import Triage
from serving.arrival.rows import Seal, arrival, restored
from serving.arrival.shadowing import Shadowing
from serving.models.holder import Holder
from serving.problems import RefusedError
from serving.storage.arrivals import Arrival, Kept, Outcome
from serving.storage.writer import Writer

_TOGETHER = 16
"""Clues read before they are handed on: few enough that the first does not wait long."""


class OverloadedError(FenzhenError):
    """More clues are waiting than may; nothing was stored."""

    code = "overloaded"
    title = "Overloaded"


class TakenIdError(FenzhenError):
    """The id belongs to a clue of other content."""

    code = "clue_id_taken"
    title = "Clue id taken"


@dataclass(frozen=True, slots=True)
class _Waiting:
    clue: Clue
    received_at: datetime
    started: float
    future: Future[str]


@dataclass(frozen=True, slots=True)
class _Read:
    waiting: _Waiting
    triage: Triage
    arrival: Arrival


class Line:
    """``start`` before the first clue, ``stop`` after the last: what is in it is still answered."""

    def __init__(
        self,
        name: str,
        holder: Holder,
        writer: Writer,
        seal: Seal,
        shadowing: Shadowing,
        limit: int,
        observe: Callable[[Triage], None],
    ) -> None:
        self._holder = holder
        self._writer = writer
        self._seal = seal
        self._shadowing = shadowing
        self._limit = limit
        self._observe = observe
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._inside = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"read-{name}", daemon=True)

    @property
    def inside(self) -> int:
        """Clues that were taken and not yet answered."""
        return self._inside

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def submit(self, clue: Clue) -> Future[str]:
        """The answer as JSON, once the clue is on disk. Raises OverloadedError.

        The future raises RefusedError (no model, invalid clue), TakenIdError or
        StorageUnavailableError.
        """
        with self._lock:
            if self._inside >= self._limit:
                raise OverloadedError("等候分诊的线索过多，请稍后按 Retry-After 重试")
            self._inside += 1
        future: Future[str] = Future()
        future.add_done_callback(self._left)
        if clue.clue_id is None:
            clue = clue.model_copy(update={"clue_id": str(uuid7())})
        self._waiting.put(_Waiting(clue, datetime.now(UTC), time.perf_counter(), future))
        return future

    def _left(self, _: Future[str]) -> None:
        with self._lock:
            self._inside -= 1

    def _run(self) -> None:
        going_on = True
        while going_on:
            together, going_on = self._take()
            found = [read for read in map(self._read, together) if read is not None]
            if found:
                stored = self._writer.store([read.arrival for read in found])
                stored.add_done_callback(lambda done, found=found: self._answer(found, done))  # type: ignore[misc]

    def _take(self) -> tuple[list[_Waiting], bool]:
        together: list[_Waiting] = []
        item = self._waiting.get()
        while item is not None:
            together.append(item)
            if len(together) == _TOGETHER:
                return together, True
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return together, True
        return together, False

    def _read(self, waiting: _Waiting) -> _Read | None:
        """None when the clue cannot be read; its sender has then been told."""
        if not waiting.future.set_running_or_notify_cancel():
            return None
        try:
            triager = self._holder.triager()
            triage = triager.triage(waiting.clue, waiting.received_at)
            spent = 1000 * (time.perf_counter() - waiting.started)
            rows = arrival(
                waiting.clue, triage, triager.taxonomy, self._seal, waiting.received_at, spent
            )
            self._observe(triage)
            return _Read(waiting, triage, rows)
        except InvalidClue as error:
            waiting.future.set_exception(RefusedError("invalid_clue", error.detail))
        except Exception as error:
            waiting.future.set_exception(error)
        return None

    def _answer(self, found: Sequence[_Read], done: Future[list[Outcome]]) -> None:
        error = done.exception()
        if error is not None:
            for read in found:
                read.waiting.future.set_exception(error)
            return
        for read, outcome in zip(found, done.result(), strict=True):
            self._answer_one(read, outcome)

    def _answer_one(self, read: _Read, outcome: Outcome) -> None:
        if not isinstance(outcome, Kept):
            taken = TakenIdError("这个 clue_id 已用于内容不同的线索，请换一个编号")
            read.waiting.future.set_exception(taken)
        elif outcome.earlier is None:
            read.waiting.future.set_result(read.triage.model_dump_json())
            self._shadowing.offer(read.waiting.clue, read.waiting.received_at)
        else:
            read.waiting.future.set_result(restored(outcome.earlier, read.waiting.clue.text))
