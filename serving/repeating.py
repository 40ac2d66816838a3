"""What one thread does again and again until the service ends."""

import logging
import threading
from abc import ABC, abstractmethod

from serving.quiet_log import log_failure
from serving.storage.database import StorageUnavailableError


class Repeating(ABC):
    """``seconds`` pass between the end of a turn and the next one; ``stop`` waits up to
    ``patience`` seconds for a turn that is under way.

    Neither a database that is away nor a defect ends the thread: the one is told by /readyz, the
    other logged, and what was due stays due.
    """

    def __init__(self, name: str, seconds: float, patience: float) -> None:
        self._seconds = seconds
        self._patience = patience
        self._log = logging.getLogger(f"fenzhen.{name}")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def take_turn(self) -> None:
        """Do what is due."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(self._patience)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.take_turn()
            except StorageUnavailableError:
                pass
            except Exception as error:
                log_failure(self._log, error)
            self._stopping.wait(self._seconds)
