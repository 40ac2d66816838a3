"""The model that answers now, and why it is not another one."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from model.errors import FenzhenError
from model.reader import Runtime
from model.triage import Triage
from model.triager import Triager
from serving.models.loading import LoadedModel, RegistryError, load_model, mark_of
from serving.problems import RefusedError
from serving.quiet_log import log_failure

_log = logging.getLogger("fenzhen.models")
_LOADING = "模型正在加载，请稍候重试"


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was last tried and did not work, so that it is not tried again unchanged."""

    source: str
    mark: str


class Holder:
    """One place for a model. Readers see the old or the new one whole, never something between."""

    def __init__(
        self, role: str, runtime: Runtime | None = None, store: Path | None = None
    ) -> None:
        """Copies of what was loaded are kept under ``store``."""
        self.role = role
        self._runtime = runtime
        self._store = store
        self.settled = threading.Event()
        self.failures = 0
        self._model: LoadedModel | None = None
        self._obstacle: str | None = _LOADING
        self._failed: _Tried | None = None

    @property
    def model(self) -> LoadedModel | None:
        return self._model

    @property
    def example(self) -> Triage | None:
        return self._model.example if self._model else None

    @property
    def obstacle(self) -> str | None:
        """Why the model that is asked for does not answer; None while it does."""
        return self._obstacle

    def triager(self) -> Triager:
        """The triager. Raises RefusedError (model_not_ready)."""
        model = self._model
        if model is None:
            raise RefusedError("model_not_ready", self._obstacle or _LOADING)
        return model.triager

    def show_figures(self, gauge: Callable[[str, str, Callable[[], float]], None]) -> None:
        """Name, meaning and value of each figure about this place."""
        name = f"fenzhen_{self.role}"
        gauge(f"{name}_failures", "未能启用模型的次数", lambda: float(self.failures))
        gauge(f"{name}_ready", "模型是否可用", lambda: float(self._model is not None))

    def keep_only(self, source: str) -> None:
        """Let go of a model from elsewhere: another was chosen since it was loaded, and one that
        was withdrawn must not answer while that one loads."""
        if self._model is not None and self._model.source != source:
            self._model, self._obstacle = None, _LOADING

    def stand_in(self, source: str, folder: Path) -> None:
        """Answer with a kept copy of what ``source`` held, until that can be reached again; what
        is in the way goes on being told."""
        try:
            model = load_model(str(folder), self._runtime)
        except FenzhenError as error:
            _log.error("%s 模型副本也未能加载：%s", self.role, error.detail)
            return
        self._model = replace(model, source=source, mark="", kept=str(folder))
        version = model.triager.identity.version
        _log.warning("%s 暂用本机保存的模型 %s", self.role, version)

    def refresh(self, source: str) -> bool:
        """Load what ``source`` holds now, if it is not what answers; keep the old one on failure.

        True when another model was put in place or refused. Slow; call it off the event loop.
        """
        try:
            return self._refresh(source)
        finally:
            self.settled.set()

    def _refresh(self, source: str) -> bool:
        try:
            mark = mark_of(source)
        except FenzhenError as error:
            return self._refuse(_Tried(source, ""), error.detail)
        current = self._model
        if current is not None and (current.source, current.mark) == (source, mark):
            self._obstacle, self._failed = None, None
            return False
        if self._failed == _Tried(source, mark):
            return False
        try:
            model = load_model(source, self._runtime, self._store)
        except FenzhenError as error:
            # that it could not be fetched is not this version's fault: it is tried again
            at_fault = "" if isinstance(error, RegistryError) else mark
            return self._refuse(_Tried(source, at_fault), error.detail)
        except Exception as error:
            log_failure(_log, error)
            return self._refuse(_Tried(source, mark), "程序出错，请把日志交给维护人员")
        self._model, self._obstacle, self._failed = model, None, None
        _log.info("%s 模型 %s 已启用", self.role, model.triager.identity.version)
        return True

    def _refuse(self, tried: _Tried, detail: str) -> bool:
        if self._failed == tried:
            return False
        self._failed = tried
        self.failures += 1
        self._obstacle = f"模型未能加载：{detail}"
        _log.error("%s %s", self.role, self._obstacle)
        return True
