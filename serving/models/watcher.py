"""Looks again and again whether another model should answer, and loads it in the background."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from serving.models.holder import Holder
from serving.models.loading import LoadedModel, is_registered, keep_copy
from serving.quiet_log import log_failure
from serving.storage.database import Database, StorageUnavailableError
from serving.storage.work_tables import model_choices

_log = logging.getLogger("fenzhen.models")
CHOSEN = ("use", "rollback")


class Watcher:
    """One thread for the champion and the shadow."""

    def __init__(
        self,
        champion: Holder,
        shadow: Holder,
        database: Database,
        source: str,
        shadow_source: str | None,
        seconds: float,
        store: Path,
    ) -> None:
        self._champion = champion
        self._shadow = shadow
        self._database = database
        self._source = source
        self._shadow_source = shadow_source
        self._seconds = seconds
        self._store = store
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="models", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)  # a slow load is left behind with its daemon thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Exception as error:
                log_failure(_log, error)
            self._stopping.wait(self._seconds)

    def _look(self) -> None:
        if self._champion.refresh(self._chosen()):
            self._note(self._champion)
        if self._shadow_source is not None and self._shadow.refresh(self._shadow_source):
            self._note(self._shadow)

    def _chosen(self) -> str:
        """What a person chose last while the service ran; without one, the setting."""
        try:
            with self._database.read() as connection:
                found = connection.execute(
                    select(model_choices.c.source)
                    .where(model_choices.c.act.in_(CHOSEN))
                    .order_by(model_choices.c.number.desc())
                    .limit(1)
                ).scalar()
            return found or self._source
        except Exception:  # no database, no tables yet: what answers now goes on answering
            current = self._champion.model
            return current.source if current else self._source

    def _kept(self, model: LoadedModel) -> str:
        """Where the model can be found again when its folder holds another one."""
        if is_registered(model.source):
            return model.source
        version = model.triager.identity.version
        try:
            return str(keep_copy(Path(model.source), self._store, version).resolve())
        except OSError as error:
            _log.warning("模型副本未能保存（%s），日后不能退回到它", error.strerror)
            return model.source

    def _note(self, holder: Holder) -> None:
        """Keep in the history what became of it; without a database the log has to do."""
        model = holder.model
        refused = holder.obstacle is not None
        values = {
            "at": datetime.now(UTC),
            "actor": f"service:{holder.role}",
            "act": "refused" if refused else "loaded",
            "source": self._kept(model) if model and not refused else "",
            "version": model.triager.identity.version if model else None,
            "detail": holder.obstacle or "",
        }
        try:
            with self._database.write() as connection:
                connection.execute(insert(model_choices).values(values))
        except StorageUnavailableError as error:
            _log.warning("模型变动未能记入数据库：%s", error.detail)
