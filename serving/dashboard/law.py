"""The taxonomy and the thresholds of the model in use, read anew when another one comes."""

import logging
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.bundle import Bundle, read_bundle
from model.errors import FenzhenError
from model.taxonomy import parse_taxonomy
from serving.dashboard.views.names import Names
from serving.models.choices import chosen_source, kept_copy
from serving.models.loading import is_registered, mark_of
from serving.storage.database import Database

_LOG = logging.getLogger("fenzhen.dashboard")
_LOOK_EVERY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Law:
    """``gates`` are the thresholds: least confidence let through, per head."""

    names: Names
    gates: Mapping[str, Any]


class LawBook:
    """Gives the law in force: of the model that was chosen for the service, else of the one that
    is set. Safe to share between threads."""

    def __init__(self, database: Database, source: str) -> None:
        """Raises FenzhenError when there is no such model, nor a copy of it kept here."""
        self._database, self._set = database, source
        self._law, self._mark = self._open()
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    @property
    def law(self) -> Law:
        """As of the last look, which costs nothing; the one before where that could not be read."""
        return self._law

    def look(self) -> None:
        """Whether another model is in force, where the last look is long ago. It may wait for the
        database or for MLflow, so not on an event loop; whoever comes meanwhile goes on."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if time.monotonic() - self._looked >= _LOOK_EVERY_SECONDS:
                self._look_again()
                self._looked = time.monotonic()
        finally:
            self._lock.release()

    def _open(self) -> tuple[Law, tuple[str, str]]:
        """The law and what tells that another has come; with MLflow away, of the copy kept."""
        source = self._source()
        try:
            mark = mark_of(source)
            return read_law(source), (source, mark)
        except FenzhenError:
            with self._database.read() as connection:
                kept = kept_copy(connection, source)
            if kept is None:
                raise
            return read_law(str(kept)), (source, "")

    def _source(self) -> str:
        with self._database.read() as connection:
            return chosen_source(connection) or self._set

    def _look_again(self) -> None:
        try:
            source = self._source()
            mark = (source, mark_of(source))
            if mark != self._mark:
                self._law, self._mark = read_law(source), mark
        except FenzhenError as error:
            _LOG.warning("沿用原来的标签和阈值：%s", error.detail)


def read_law(source: str) -> Law:
    """Raises FenzhenError."""
    if not is_registered(source):
        return _law(read_bundle(Path(source)))
    from serving.models.registry import download

    with tempfile.TemporaryDirectory(prefix="fenzhen-model-") as scratch:
        return _law(read_bundle(download(source, Path(scratch))))


def _law(bundle: Bundle) -> Law:
    taxonomy = parse_taxonomy("taxonomy.yaml", bundle.text("taxonomy.yaml"))
    return Law(Names(taxonomy), bundle.json("decision.json")["gates"])
