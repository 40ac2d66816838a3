"""GET /healthz and /readyz: up is not yet ready."""

import logging
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from serving.app import create_app
from serving.examples import FOUNDING_CLUE
from serving.settings import Settings
from tests.databases import fresh_postgresql, migrated
from tests.serving.clients import local_client


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_loaded_service_is_up_and_ready(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_only_after_a_clue_was_answered(application: FastAPI, client: TestClient) -> None:
    assert application.state.service.champion.example.clue_id == FOUNDING_CLUE["clue_id"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/readyz"), ("POST", "/classify"), ("GET", "/model")]
)
def test_before_loading_the_service_says_so(bundle: Path, method: str, path: str) -> None:
    client = local_client(create_app(Settings(model=bundle)))  # not started, so nothing loads
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (503, "model_not_ready")
    assert "正在加载" in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_a_missing_bundle_does_not_stop_the_service_but_is_explained(tmp_path: Path) -> None:
    application = create_app(Settings(model=tmp_path / "none"))
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(timeout=10)
        answer = client.get("/readyz")
        assert client.get("/healthz").status_code == 200
        assert client.post("/classify", json={"text": "a"}).json()["code"] == "model_not_ready"
    assert (answer.status_code, answer.json()["code"]) == (503, "model_not_ready")
    assert "manifest.json" in answer.json()["detail"]


def test_an_altered_bundle_is_not_used(bundle: Path, tmp_path: Path) -> None:
    for file in (path for path in bundle.rglob("*") if path.is_file()):
        copy = tmp_path / file.relative_to(bundle)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    altered = tmp_path / "taxonomy.yaml"
    altered.write_text(altered.read_text() + "\n")
    application = create_app(Settings(model=tmp_path))
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(timeout=10)
        assert "taxonomy.yaml" in client.get("/readyz").json()["detail"]


def test_an_empty_postgresql_is_said_once_and_taken_up_once_it_has_tables(
    bundle: Path, postgresql: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = fresh_postgresql(postgresql, "without_tables")
    application = create_app(Settings(model=bundle, database_url=url))
    service = application.state.service
    with caplog.at_level(logging.ERROR, "fenzhen"), local_client(application) as client:
        assert service.champion.settled.wait(timeout=30)
        answer = client.get("/readyz")
        time.sleep(1.2)  # what looks for work in the tables would have looked by now
        told = {record.getMessage() for record in caplog.records}
        migrated(url).close()
        until = time.monotonic() + 10
        while client.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert client.post("/classify", json={"text": "工厂夜里偷排污水"}).status_code == 200
    assert "fenzhen db upgrade" in answer.json()["detail"]
    assert told == {answer.json()["detail"]}
