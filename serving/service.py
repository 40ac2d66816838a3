"""All that answers, stores and watches, put together once and started and stopped in order."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection

from model.reader import Runtime
from serving.arrival.line import Line
from serving.arrival.shadowing import Shadowing
from serving.demonstration.marker import refuse_mark
from serving.door import Door
from serving.encryption import seal, unseal
from serving.jobs.working import Working
from serving.keyring import Keyring
from serving.keys import service_keys
from serving.metrics import Metrics
from serving.models.holder import Holder
from serving.models.watcher import Watcher
from serving.problems import RefusedError
from serving.settings import Settings
from serving.similar.index import SimilarIndex
from serving.storage.database import Database, StorageUnavailableError
from serving.storage.schema import prepare
from serving.storage.signature_store import DatabaseSignatures
from serving.storage.writer import Writer
from serving.webhooks.delivering import Delivering

_log = logging.getLogger("fenzhen.service")


class _Part(Protocol):
    def start(self) -> None: ...

    def stop(self) -> None: ...


class Service:
    """The parts of one process. Nothing runs and nothing is read before ``start``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database_url)
        runtime = Runtime(threads=settings.onnx_threads, batch=settings.onnx_batch)
        self.champion = Holder("champion", runtime)
        self.shadow = Holder("shadow", runtime)
        self.metrics = Metrics()
        self.door = Door(self.database, settings.requests_per_minute)
        self._similar = SimilarIndex()
        self._signatures = DatabaseSignatures(self.database)
        self._keyring: Keyring | None = None
        self._writer = Writer(self.database)
        self._shadowing = Shadowing(self.shadow, self._writer)
        self.line = self._line("one", settings.queue_limit)
        self.bulk = self._line("many", 4 * settings.batch_limit)
        self._watcher = Watcher(
            self.champion,
            self.shadow,
            self.database,
            str(settings.model),
            None if settings.shadow_model is None else str(settings.shadow_model),
            settings.model_poll_seconds,
            settings.files / "models",
        )
        self._delivering = Delivering(self.database, settings, self.unseal)
        self.jobs = Working(self.database, self.bulk, self.champion, settings.files / "jobs")
        self._stopping = threading.Event()
        self._show_figures()
        self.storage_obstacle: str | None = "数据库正在准备，请稍候重试"

    def _line(self, name: str, limit: int) -> Line:
        return Line(
            name, self.champion, self._writer, self.seal, self._shadowing, limit,
            self.metrics.triage,
        )  # fmt: skip

    def _show_figures(self) -> None:
        gauge = self.metrics.gauge
        gauge("fenzhen_waiting", "正在等候答复的线索", lambda: self.line.inside + self.bulk.inside)
        gauge("fenzhen_shadow_missed", "观察模型未能跟上的线索", lambda: self._shadowing.missed)
        for holder in (self.champion, self.shadow):
            holder.show_figures(gauge)
        gauge("fenzhen_storage_ready", "数据库是否可用",
              lambda: float(self.storage_obstacle is None))  # fmt: skip

    def start(self) -> None:
        """Start reading and writing. Raises InvalidKey; a database that is away is waited for."""
        self._keyring = service_keys(self.settings)
        for part in self._parts():
            part.start()
        self._prepare()
        threading.Thread(target=self._get_ready, name="prepare", daemon=True).start()

    def stop(self) -> None:
        """Answer what was taken, then end."""
        self._stopping.set()
        for part in reversed(self._parts()):
            part.stop()
        self.database.close()

    def _parts(self) -> tuple[_Part, ...]:
        """In the order in which they need each other: the first is started first, stopped last."""
        return (self._watcher, self._writer, self._shadowing, self.line, self.bulk,
                self._delivering, self.jobs)  # fmt: skip

    def seal(self, content: str, clue_id: str) -> bytes:
        return seal(content, clue_id, self.keyring)

    def unseal(self, sealed: bytes, clue_id: str) -> str:
        return unseal(sealed, clue_id, self.keyring)

    @property
    def keyring(self) -> Keyring:
        if self._keyring is None:
            raise RefusedError("storage_unavailable", "服务正在启动，请稍候重试")
        return self._keyring

    def require_storage(self) -> None:
        """Raises StorageUnavailableError as long as the database was not once found in order."""
        if self.storage_obstacle is not None:
            raise StorageUnavailableError(self.storage_obstacle)

    def similar_index(self) -> SimilarIndex:
        """The index of similar clues, caught up with what any worker stored.

        Raises StorageUnavailableError.
        """
        self.require_storage()
        self._similar.catch_up(self._signatures)
        return self._similar

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for queries. Raises StorageUnavailableError."""
        self.require_storage()
        with self.database.read() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction for one act. Raises StorageUnavailableError."""
        self.require_storage()
        with self.database.write() as connection:
            yield connection

    def _prepare(self) -> None:
        try:
            prepare(self.database)
            with self.database.read() as connection:
                refuse_mark(connection)
            self.storage_obstacle = None
        except StorageUnavailableError as error:
            if self.storage_obstacle != error.detail:
                _log.error("%s", error.detail)
            self.storage_obstacle = error.detail

    def _get_ready(self) -> None:
        """Wait for the database, then read the signatures before the first one asks for them."""
        while self.storage_obstacle is not None and not self._stopping.wait(1):
            self._prepare()
        if not self._stopping.is_set():
            try:
                self.similar_index()
            except StorageUnavailableError as error:
                _log.warning("相似线索的索引尚未建好：%s", error.detail)
