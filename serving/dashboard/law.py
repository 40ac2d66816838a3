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
from serving.models.loading import is_registered, mark_of

_LOG = logging.getLogger("fenzhen.dashboard")
_LOOK_EVERY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Law:
    """``gates`` are the thresholds: least confidence let through, per head."""

    names: Names
    gates: Mapping[str, Any]


class LawBook:
    """Gives the law in force. Safe to share between threads."""

    def __init__(self, source: str) -> None:
        """Raises FenzhenError when there is no model at ``source``."""
        self._source = source
        self._mark = mark_of(source)
        self._law = read_law(source)
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    @property
    def law(self) -> Law:
        """The newest; the one before where the newest cannot be read."""
        with self._lock:
            if time.monotonic() - self._looked >= _LOOK_EVERY_SECONDS:
                self._looked = time.monotonic()
                self._look_again()
            return self._law

    def _look_again(self) -> None:
        try:
            mark = mark_of(self._source)
            if mark != self._mark:
                self._law, self._mark = read_law(self._source), mark
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
