"""The service starts anew while MLflow is away, and must go back to an earlier model meanwhile."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.served import Served, ask, served
from tests.chaos.stored import Figures
from tests.chaos.switch import MODEL, Command, registered
from training.tracking.store import tracking_uri

_CLUE = {"text": "榆中县和平镇一家砖厂半夜偷排黑烟，没人管。"}


REFUSING = "http://127.0.0.1:9"


def registry_away(
    bundle: Path, url: str, folder: Path, command: Command, away: str = REFUSING
) -> Figures:
    """``command`` runs ``fenzhen`` with the service's database and files; ``away`` is where MLflow
    ought to be."""
    old, new = registered(bundle, folder)
    poll = {"FENZHEN_MODEL_POLL_SECONDS": "0.2"}
    with served(MODEL, url, folder, MLFLOW_TRACKING_URI=tracking_uri(), **poll) as running:
        _answers_by(running, old)
        command(["model", "promote", "--force", "--reason", "演练"])
        _answers_by(running, new)
    for name in ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "MLFLOW_HTTP_REQUEST_TIMEOUT"):
        os.environ.pop(name, None)  # an analyst's patience, not the service's
    started = time.monotonic()
    with served(MODEL, url, folder, MLFLOW_TRACKING_URI=away, **poll) as running:
        ready = time.monotonic() - started
        told = json.loads(ask(running.port, "GET", "/readyz")[1])
        kept = _version(running) == new
        command(["model", "rollback", "--here", "--reason", "演练"])
        seconds_back = _answers_by(running, old)
    return {
        "seconds_until_ready": round(ready, 2), "told": told.get("champion_obstacle", ""),
        "seconds_to_roll_back": round(seconds_back, 2),
        "ok": kept and "登记处" in told.get("champion_obstacle", ""),
    }  # fmt: skip


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes every connection and never answers: worse than one that refuses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _version(running: Served) -> str:
    status, answer = ask(running.port, "POST", "/v1/classify", _CLUE)
    return str(json.loads(answer)["model"]["version"]) if status == 200 else ""


def _answers_by(running: Served, version: str, patience: float = 60) -> float:
    """Seconds until the model of that version answers."""
    started = time.monotonic()
    while _version(running) != version:
        if time.monotonic() - started > patience:
            raise TimeoutError("another model goes on answering")
        time.sleep(0.05)
    return time.monotonic() - started
