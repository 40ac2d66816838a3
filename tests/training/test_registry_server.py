"""The same on a real MLflow server over PostgreSQL, with a folder that all machines share."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from model.bundle import json_bytes, read_bundle, write_bundle
from tests.databases import postgresql_server
from training.judging.ruling import Ruling, now
from training.registry.catalogue import Catalogue
from training.registry.events import read_events
from training.registry.switch import promote, register, roll_back

pytestmark = pytest.mark.slow

_PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.fixture(scope="module")
def address(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An MLflow server on PostgreSQL, started for this test and stopped after it."""
    home = tmp_path_factory.mktemp("server")
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
            with urlopen(address, timeout=5):  # noqa: S310 - our own server on this machine
                return
        except (URLError, OSError):
            time.sleep(0.25)
    pytest.fail("the MLflow server did not start")


def test_two_machines_share_one_registry(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    for machine in ("甲", "乙"):
        (tmp_path / machine).mkdir()
    monkeypatch.chdir(tmp_path / "甲")
    catalogue = Catalogue.open()
    champion = None
    for name in ("旧", "新"):
        card = {"name": name, "encoder": "linear", "data": {"sha256": "0" * 64}}
        write_bundle(tmp_path / name, {"card.json": json_bytes(card)})
        version, _ = register(catalogue, read_bundle(tmp_path / name))
        before = champion.bundle_version if champion else None
        catalogue.keep_ruling(
            version,
            Ruling(
                "frozen", version.bundle_version, before, True, (), 487, "a" * 64,
                "2026-11-29", "b" * 64, now(),
            ),
        )  # fmt: skip
        champion = catalogue.by_number(version.number)
        assert champion is not None
        promote(catalogue, champion)

    monkeypatch.chdir(tmp_path / "乙")
    elsewhere = Catalogue.open()
    serving = elsewhere.by_alias("champion")
    assert serving is not None
    assert read_bundle(elsewhere.fetch(serving)).files == read_bundle(tmp_path / "新").files
    _, back = roll_back(elsewhere, "试")
    assert read_bundle(elsewhere.fetch(back)).files == read_bundle(tmp_path / "旧").files
    assert [event.action for event in read_events(catalogue)] == [
        "register", "promote", "register", "promote", "rollback",
    ]  # fmt: skip
