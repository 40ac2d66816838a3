"""The model behind the service: loaded beside the start, tried once, then ready or explained."""

import logging
import threading
from pathlib import Path

from model.clue import Clue
from model.errors import FenzhenError
from model.triage import Triage
from model.triager import Triager
from serving.examples import FOUNDING_CLUE
from serving.problems import RefusedError
from serving.quiet_log import log_failure

_log = logging.getLogger("fenzhen.readiness")


class LoadedModel:
    """Holds the triager once it has answered a clue; until then, why there is none."""

    def __init__(self, bundle: Path) -> None:
        self._bundle = bundle
        self._triager: Triager | None = None
        self.example: Triage | None = None
        self._obstacle = "模型正在加载，请稍候重试"
        self.settled = threading.Event()

    def load(self) -> None:
        """Load and try the bundle; keeps the reason, in Chinese, when that fails."""
        try:
            triager = Triager.load(self._bundle)
            self.example = triager.triage(Clue.model_validate(FOUNDING_CLUE))
            self._triager = triager
        except FenzhenError as error:
            self._obstacle = f"模型未能加载：{error.detail}"
            _log.error("%s", self._obstacle)
        except Exception as error:
            self._obstacle = "模型未能加载：程序出错，请把日志交给维护人员"
            log_failure(_log, error)
        finally:
            self.settled.set()

    def triager(self) -> Triager:
        """The triager. Raises RefusedError (model_not_ready)."""
        if self._triager is None:
            raise RefusedError("model_not_ready", self._obstacle)
        return self._triager
