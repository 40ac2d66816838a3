"""The line that clues go through: read by some threads, stored by another, then answered.

Reading is pure computation and must not hold up the event loop; what was read meanwhile is stored
in one transaction. An encoder works outside Python's lock, so several threads use several cores.
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
from model.triager import ReadClue, Triager
from serving.arrival.rows import Seal, arrival, restored
from serving.arrival.shadowing import Shadowing
from serving.models.holder import Holder
from serving.problems import RefusedError
from serving.storage.arrivals import Arrival, Kept, Outcome
from serving.storage.writer import Writer

_TOGETHER = 16
"""Clues at most that are stored in one go, so that their commits share the wait for the disk."""

_LOOK_SECONDS = 0.5
"""How often a helping thread looks whether the model has become one that it can help with."""

_LINGER_SECONDS = 0.025
"""How long a clue that has been read may wait for others to be read, before it is stored."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """Micro-batching: at most so many ``clues`` are read together, and the first of them waits for
    the others at most so many ``seconds``. One at a time is what pays on the CPUs measured."""

    clues: int = 1
    seconds: float = 0.0


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
        readers: int,
        gathering: Gathering,
        observe: Callable[[Triage], None],
    ) -> None:
        self._holder = holder
        self._writer = writer
        self._seal = seal
        self._shadowing = shadowing
        self._limit = limit
        self._gathering = gathering
        self._observe = observe
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._inside = 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        first = threading.Thread(target=self._run, name=f"read-{name}", daemon=True)
        self._threads = [first] + [
            threading.Thread(target=self._help, name=f"read-{name}-{number}", daemon=True)
            for number in range(2, readers + 1)
        ]

    @property
    def inside(self) -> int:
        """Clues that were taken and not yet answered."""
        return self._inside

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        alive = [thread for thread in self._threads if thread.is_alive()]
        self._stopping.set()
        for _ in alive:
            self._waiting.put(None)
        for thread in alive:
            thread.join()

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

    def _help(self) -> None:
        """Read along while the model is one that more threads can read with."""
        while not self._stopping.wait(_LOOK_SECONDS):
            if self._shared:
                self._run(lambda: self._shared)

    @property
    def _shared(self) -> bool:
        """Counting n-grams is Python: two threads at it only get in each other's way."""
        model = self._holder.model
        return model is not None and model.triager.identity.encoder != "linear"

    def _run(self, going_on: Callable[[], bool] = lambda: True) -> None:
        """Read a few at a time; store once nothing more waits, or what is read has waited."""
        found: list[_Read] = []
        began = 0.0
        while found or going_on():
            try:
                together = self._gathered(wait=not found)
            except queue.Empty:
                self._store(found)
                found = []
                continue
            if together is None:
                break
            began = began if found else time.perf_counter()
            found += self._read(together)
            if len(found) >= _TOGETHER or time.perf_counter() - began >= _LINGER_SECONDS:
                self._store(found)
                found = []
        self._store(found)

    def _gathered(self, *, wait: bool) -> list[_Waiting] | None:
        """The next clues that are read together, but for those given up meanwhile; None at the end.

        One thread gathers at a time, else each would wait for what another has taken. Raises Empty
        when it is not to wait.
        """
        if not self._turn.acquire(blocking=wait):
            raise queue.Empty
        try:
            first = self._waiting.get(block=wait)
            if first is None:
                return None
            together = [first]
            until = time.perf_counter() + (self._gathering.seconds if wait and self._shared else 0)
            while len(together) < self._gathering.clues:
                patience = max(0.0, until - time.perf_counter())
                try:
                    item = self._waiting.get(patience > 0, patience)
                except queue.Empty:
                    break
                if item is None:
                    self._waiting.put(None)
                    break
                together.append(item)
        finally:
            self._turn.release()
        return [each for each in together if each.future.set_running_or_notify_cancel()]

    def _store(self, found: Sequence[_Read]) -> None:
        if found:
            stored = self._writer.store([read.arrival for read in found])
            stored.add_done_callback(lambda done: self._answer(found, done))

    def _read(self, together: Sequence[_Waiting]) -> list[_Read]:
        """Those that can be read; the senders of the others have then been told."""
        try:
            triager = self._holder.triager()
            read = triager.read([waiting.clue for waiting in together])
        except Exception as error:
            if len(together) == 1:
                together[0].future.set_exception(error)
                return []
            # whoever is at fault must not take the others along
            return [read for waiting in together for read in self._read([waiting])]
        judged = (self._judge(triager, *each) for each in zip(together, read, strict=True))
        return [each for each in judged if each is not None]

    def _judge(self, triager: Triager, waiting: _Waiting, read: ReadClue) -> _Read | None:
        try:
            triage = triager.judge(read, waiting.received_at)
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
