"""A real MLflow server for tests: its runs in any database, its artifacts in one shared folder."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE_SECONDS = 120


@contextmanager
def mlflow_server(database: str, home: Path) -> Iterator[str]:
    """The address of a server on ``database`` that is stopped at the end; artifacts and log are
    under ``home``, and clients read and write the artifacts themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--backend-store-uri", database, "--workers", "1",
        "--default-artifact-root", (home / "shared").as_uri(), "--no-serve-artifacts",
    ]  # fmt: skip
    environment = os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        try:
            _wait(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(_PATIENCE_SECONDS * 4):
        assert server.poll() is None, "the MLflow server ended"
        try:
            with urlopen(address, timeout=5):  # noqa: S310 – our own server
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise TimeoutError("the MLflow server did not start")
