"""What a newcomer sees after ``make run``: the service answering the clue that started it all."""

import json
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

from rich.console import Console

from model.taxonomy import load_taxonomy
from model.triage import Triage
from serving.examples import FOUNDING_CLUE
from serving.show import show_triage

_PATIENCE_SECONDS = 30


def show_when_ready(host: str, port: int, bundle: Path, console: Console) -> None:
    """Ask the service that is about to listen on ``host:port``, without holding it up."""
    threading.Thread(target=_show, args=(host, port, bundle, console), daemon=True).start()


def _show(host: str, port: int, bundle: Path, console: Console) -> None:
    if not _ready(host, port):
        console.print("服务尚未就绪，原因见 /readyz")
        return
    body = json.dumps(FOUNDING_CLUE).encode()
    _, answer = _request(host, port, "POST", "/classify", body)
    console.print(f"\n第一件线索：{FOUNDING_CLUE['text']}\n", markup=False)
    taxonomy = load_taxonomy(bundle / "taxonomy.yaml")
    show_triage(Triage.model_validate_json(answer), taxonomy, console)


def _ready(host: str, port: int) -> bool:
    for _ in range(_PATIENCE_SECONDS * 10):
        with suppress(OSError):  # nobody takes the connection while the model is being loaded
            if _request(host, port, "GET", "/readyz")[0] == 200:
                return True
        time.sleep(0.1)
    return False


def _request(
    host: str, port: int, method: str, path: str, body: bytes | None = None
) -> tuple[int, bytes]:
    connection = HTTPConnection(host, port, timeout=10)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
