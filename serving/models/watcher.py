"""Looks again and again whether another model should answer, and loads it in the background."""

from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import insert

from serving.models.choices import chosen_source, kept_copy
from serving.models.holder import Holder
from serving.models.loading import is_registered
from serving.repeating import Repeating
from serving.storage.database import Database, StorageUnavailableError
from serving.storage.work_tables import model_choices


class Watcher(Repeating):
    """For the champion and the shadow. A slow load is left behind when the service ends."""

    def __init__(
        self,
        champion: Holder,
        shadow: Holder,
        database: Database,
        source: str,
        shadow_source: str | None,
        seconds: float,
    ) -> None:
        super().__init__("models", seconds, patience=2)
        self._champion = champion
        self._shadow = shadow
        self._database = database
        self._source = source
        self._shadow_source = shadow_source
        self._noted = {each.role: (each.model, each.obstacle) for each in (champion, shadow)}
        self._stood_in = False

    def take_turn(self) -> None:
        source = self.chosen()
        self._champion.refresh(source)
        if self._champion.model is None and is_registered(source) and not self._stood_in:
            self._stand_in(source)
        self._keep_history(self._champion)
        if self._shadow_source is not None:
            self._shadow.refresh(self._shadow_source)
            self._keep_history(self._shadow)

    def _keep_history(self, holder: Holder) -> None:
        """Note a new model, or a new reason why there is none, until the database has taken it."""
        now, before = (holder.model, holder.obstacle), self._noted[holder.role]
        if now == before:
            return
        worth_noting = holder.obstacle is not None or holder.model is not before[0]
        if not worth_noting or self._note(holder):
            self._noted[holder.role] = now

    def chosen(self) -> str:
        """What a person chose last while the service ran; without one, the setting."""
        try:
            with self._database.read() as connection:
                return chosen_source(connection) or self._source
        except Exception:  # no database, no tables yet: what answers now goes on answering
            current = self._champion.model
            return current.source if current else self._source

    def _stand_in(self, source: str) -> None:
        """After a restart while MLflow is away: what ``source`` held last is kept here."""
        with suppress(StorageUnavailableError):
            with self._database.read() as connection:
                kept = kept_copy(connection, source)
            self._stood_in = True
            if kept is not None:
                self._champion.stand_in(source, kept)

    def _note(self, holder: Holder) -> bool:
        """Keep in the history what became of it; False without a database."""
        model = holder.model
        refused = holder.obstacle is not None
        values = {
            "at": datetime.now(UTC),
            "actor": f"service:{holder.role}",
            "act": "refused" if refused else "loaded",
            "source": model.kept if model and not refused else "",
            "version": model.triager.identity.version if model else None,
            "detail": holder.obstacle
            or (model.source if model and is_registered(model.source) else ""),
        }
        try:
            with self._database.write() as connection:
                connection.execute(insert(model_choices).values(values))
            return True
        except StorageUnavailableError as error:
            self._log.warning("模型变动未能记入数据库，稍后再试：%s", error.detail)
            return False
