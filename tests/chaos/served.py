"""A real service in processes of its own, and senders that remember what was acknowledged."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_JSON = {"Content-Type": "application/json"}


@dataclass
class Served:
    """``port`` answers; ``process`` leads a group with all its workers."""

    port: int
    process: subprocess.Popen[str]
    log: Path

    def kill(self) -> None:
        """kill -9, all of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """As staff stop it; the exit status."""
        self.process.terminate()
        return self.process.wait(timeout=60)


@contextmanager
def served(
    model: Path | str, url: str, folder: Path, workers: int = 1, **environment: str
) -> Iterator[Served]:
    """Serve a bundle or ``models:/…`` on a free port over the database ``url``."""
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "fenzhen", "serve", "--port", "0", "--model", str(model),
             "--workers", str(workers)],
            cwd=REPOSITORY,
            env=os.environ | {"FENZHEN_DATABASE_URL": url, "FENZHEN_FILES": str(folder / "files"),
                              "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"} | environment,
            stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        found = re.search(r":(\d+) ", process.stdout.readline())
        assert found is not None
        running = Served(int(found[1]), process, folder / "log")
        wait_until_ready(running.port, alive=lambda: process.poll() is None)
        yield running
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()


def wait_until_ready(
    port: int, seconds: float = 90, alive: Callable[[], bool] = lambda: True
) -> float:
    """Seconds until ``/readyz`` says so. Raises TimeoutError, at once when no longer alive."""
    started = time.monotonic()
    while time.monotonic() - started < seconds and alive():
        if ask(port, "GET", "/readyz")[0] == 200:
            return time.monotonic() - started
        time.sleep(0.05)
    raise TimeoutError("not ready")


def ask(
    port: int, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body of the answer; status 0 when nobody answers. Bytes are sent as they are."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        content = body if body is None or isinstance(body, bytes) else json.dumps(body)
        connection.request(method, path, content, _JSON | dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()


@dataclass
class Senders:
    """Threads that send clues without pause and remember each answer's status.

    ``heard``: when each version of the model answered first, and the last request it
    answered, by ``time.time``; ``slowest`` is how many seconds the slowest answer took.
    """

    port: int
    prefix: str
    count: int = 4
    acknowledged: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    slowest: float = 0.0
    heard: dict[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._send, args=(number,), daemon=True)
            for number in range(self.count)
        ]

    def __enter__(self) -> "Senders":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        sent = 0
        while not self._stopping.is_set():
            clue_id = f"{self.prefix}-{number}-{sent}"
            text = f"榆中县和平镇一家砖厂半夜偷排黑烟，第{number}组第{sent}件，没人管。"
            asked = time.time()
            status, answer = ask(
                self.port, "POST", "/v1/classify", {"clue_id": clue_id, "text": text}
            )
            with self._lock:
                self.slowest = max(self.slowest, time.time() - asked)
                self.statuses[status] = self.statuses.get(status, 0) + 1
                if status == 200:
                    self.acknowledged.append(clue_id)
                    version = json.loads(answer)["model"]["version"]
                    first, last = self.heard.get(version, (time.time(), asked))
                    self.heard[version] = (first, max(last, asked))
            if status != 200:
                time.sleep(0.05)
            sent += 1
