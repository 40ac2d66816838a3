"""All that answers, stores and watches, put together once and started and stopped in order."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection

from model.reader import Runtime
from serving.arrival.comparing import Comparing
from serving.arrival.line import Gathering, Line
from serving.arrival.shadowing import Shadowing
from serving.demonstration.marker import refuse_mark
from serving.door import Door
from serving.jobs.working import Working
from serving.keys import ServiceKeys
from serving.metrics import Metrics
from serving.models.holder import Holder
from serving.models.loading import is_registered
from serving.models.watcher import Watcher
from serving.problems import RefusedError
from serving.settings import Settings
from serving.storage.database import Database, StorageUnavailableError
from serving.storage.schema import prepare
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
        runtime = Runtime(settings.onnx_threads, settings.onnx_batch, settings.onnx_bucket)
        self.champion = Holder("champion", runtime, settings.files / "models")
        self.shadow = Holder("shadow", runtime)
        self.metrics = Metrics()
        self.door = Door(self.database, settings.requests_per_minute)
        self.comparing = Comparing(self.database, lambda: self.storage_obstacle is None)
        self._keys: ServiceKeys | None = None
        self._writer = Writer(self.database)
        self._shadowing = Shadowing(self.shadow, self._writer)
        self.line = self._line("one", settings.queue_limit, settings.reading_threads)
        self.bulk = self._line("many", 4 * settings.batch_limit, 1)
        self._watcher = Watcher(
            self.champion,
            self.shadow,
            self.database,
            str(settings.model),
            None if settings.shadow_model is None else str(settings.shadow_model),
            settings.model_poll_seconds,
        )
        self._delivering = Delivering(self.database, settings, self.unseal)
        self.jobs = Working(self.database, self.bulk, self.champion, settings.files / "jobs")
        self._stopping = threading.Event()
        self._show_figures()
        self.storage_obstacle: str | None = "数据库正在准备，请稍候重试"

    def _line(self, name: str, limit: int, readers: int) -> Line:
        return Line(
            name, self.champion, self._writer, self.seal, self._shadowing, limit, readers,
            Gathering(self.settings.onnx_batch, self.settings.onnx_wait_ms / 1000),
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

    def load_before_the_fork(self) -> None:
        """Load the model that is to answer, so that workers have it in memory together.

        Not where ONNX Runtime has threads of its own, which a fork would lack, nor from MLflow,
        whose connections must not be shared: there each worker loads it.
        """
        self._prepare()
        source = self._watcher.chosen()
        self.database.close()  # nor may connections to the database
        if self.settings.onnx_threads == 1 and not is_registered(source):
            self.champion.refresh(source)

    def start(self) -> None:
        """Start reading and writing. Raises InvalidKey; a database that is away is waited for."""
        self._keys = ServiceKeys(self.settings)
        self._prepare()
        if self.champion.model is not None:  # loaded before the fork
            self.champion.keep_only(self._watcher.chosen())
        for part in self._parts():
            part.start()
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
                self._delivering, self.jobs, self.comparing)  # fmt: skip

    def seal(self, content: str, clue_id: str) -> bytes:
        return self._opened_keys.seal(content, clue_id)

    def unseal(self, sealed: bytes, clue_id: str) -> str:
        return self._opened_keys.unseal(sealed, clue_id)

    @property
    def _opened_keys(self) -> ServiceKeys:
        if self._keys is None:
            raise RefusedError("storage_unavailable", "服务正在启动，请稍候重试")
        return self._keys

    def require_storage(self) -> None:
        """Raises StorageUnavailableError as long as the database was not once found in order."""
        if self.storage_obstacle is not None:
            raise StorageUnavailableError(self.storage_obstacle)

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
        while self.storage_obstacle is not None and not self._stopping.wait(1):
            self._prepare()
