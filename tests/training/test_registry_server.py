"""The same on a real MLflow server over PostgreSQL, with a folder that all machines share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from model.bundle import json_bytes, read_bundle, write_bundle
from tests.databases import postgresql_server
from tests.mlflow_servers import mlflow_server
from training.judging.gate import GATE, load_gate
from training.judging.ruling import Ruling, now
from training.registry.catalogue import Catalogue
from training.registry.events import read_events
from training.registry.switch import promote, register, roll_back

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@pytest.fixture(scope="module")
def address(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mlflow_server(database, tmp_path_factory.mktemp("server")) as address:
        yield address


def test_two_machines_share_one_registry(
    address: str, datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    for machine in ("甲", "乙"):
        (tmp_path / machine).mkdir()
    monkeypatch.chdir(tmp_path / "甲")
    catalogue, gate = Catalogue.open(), datasets / GATE.name
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
                "2026-11-29", load_gate(gate).sha256, now(),
            ),
        )  # fmt: skip
        champion = catalogue.by_number(version.number)
        assert champion is not None
        promote(catalogue, champion, gate=gate)

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
