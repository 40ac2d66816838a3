"""The labels and thresholds that reviewers see are those of the model that answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from model.bundle import read_bundle, write_bundle
from model.errors import FenzhenError
from serving.dashboard.law import LawBook
from serving.storage.database import Database
from serving.storage.work_tables import model_choices

LENIENT = 0.4


@pytest.fixture
def other(bundle: Path, tmp_path: Path) -> Path:
    """The same model with another gate on the module."""
    shipped = read_bundle(bundle)
    decision = shipped.json("decision.json")
    decision["gates"]["module"] = LENIENT
    files = {**shipped.files, "decision.json": json.dumps(decision).encode()}
    write_bundle(tmp_path / "other", files)
    return tmp_path / "other"


def _noted(database: Database, act: str, source: Path | str, detail: str = "") -> None:
    row = {"at": datetime.now(UTC), "actor": "service:champion", "act": act,
           "source": str(source), "version": "1", "detail": detail}  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(model_choices).values(row))


def test_without_a_choice_it_is_the_model_that_is_set(database: Database, bundle: Path) -> None:
    gates = read_bundle(bundle).json("decision.json")["gates"]
    assert LawBook(database, str(bundle)).law.gates == gates


def test_the_model_that_was_chosen_decides(database: Database, bundle: Path, other: Path) -> None:
    _noted(database, "use", other)
    assert LawBook(database, str(bundle)).law.gates["module"] == LENIENT


def test_a_choice_made_meanwhile_is_followed(
    database: Database, bundle: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.dashboard.law._LOOK_EVERY_SECONDS", 0)
    book = LawBook(database, str(bundle))
    assert book.law.gates["module"] != LENIENT
    _noted(database, "use", other)
    book.look()
    assert book.law.gates["module"] == LENIENT


def test_while_mlflow_is_away_the_copy_that_is_kept_decides(
    database: Database, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    registered = "models:/nowhere@champion"
    with pytest.raises(FenzhenError):
        LawBook(database, registered)
    _noted(database, "loaded", other, registered)
    assert LawBook(database, registered).law.gates["module"] == LENIENT
