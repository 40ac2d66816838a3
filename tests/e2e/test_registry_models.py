"""A service that follows MLflow's registry, while that fails it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner

from fenzhen import app
from model.bundle import read_bundle, write_bundle
from serving.models.holder import Holder
from serving.storage.database import Database
from serving.storage.schema import prepare
from serving.storage.work_tables import model_choices
from training.registry.catalogue import Catalogue
from training.registry.switch import promote, register

SOURCE = "models:/fenzhen@champion"
pytestmark = pytest.mark.slow


@pytest.fixture
def registry(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry of its own with one model in service; the folder of its artifacts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    catalogue = Catalogue.open()
    version, _ = register(catalogue, read_bundle(bundle))
    promote(catalogue, version, force=True, reason="首个模型")
    return tmp_path / "var" / "mlflow" / "artifacts"


def test_a_version_whose_files_were_away_for_a_moment_is_loaded_once_they_are_back(
    registry: Path, tmp_path: Path
) -> None:
    holder = Holder("champion", store=tmp_path / "kept")
    away = registry.rename(tmp_path / "away")
    holder.refresh(SOURCE)
    assert holder.model is None and holder.obstacle is not None
    away.rename(registry)
    holder.refresh(SOURCE)
    assert holder.model is not None and holder.obstacle is None


def test_a_copy_stands_in_until_the_registry_answers_again(registry: Path, tmp_path: Path) -> None:
    first = Holder("champion", store=tmp_path / "kept")
    first.refresh(SOURCE)
    assert first.model is not None
    holder = Holder("champion", store=tmp_path / "kept")
    away = registry.rename(tmp_path / "away")
    holder.refresh(SOURCE)
    holder.stand_in(SOURCE, Path(first.model.kept))
    assert holder.model is not None
    assert holder.model.triager.identity == first.model.triager.identity
    assert holder.obstacle is not None
    away.rename(registry)
    holder.refresh(SOURCE)
    assert holder.obstacle is None


def test_a_version_that_holds_another_bundle_than_was_registered_is_refused(
    registry: Path, tmp_path: Path
) -> None:
    (manifest,) = registry.rglob("manifest.json")
    folder = manifest.parent
    files = dict(read_bundle(folder).files)
    files["calendar.yaml"] += "# 另一份\n".encode()
    write_bundle(folder, files)
    holder = Holder("champion", store=tmp_path / "kept")
    holder.refresh(SOURCE)
    assert holder.model is None
    assert "是别的模型包，请重新登记" in str(holder.obstacle)


def test_going_back_never_means_an_alias_that_may_hold_another_model_by_now(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'fenzhen.db'}"
    monkeypatch.setenv("FENZHEN_DATABASE_URL", url)
    monkeypatch.setenv("FENZHEN_FILES", str(tmp_path / "files"))
    database = Database(url)
    prepare(database)
    copy = shutil.copytree(bundle, tmp_path / "copy")
    with database.write() as connection:
        for source, version in ((SOURCE, "旧"), (str(copy), "新")):
            connection.execute(insert(model_choices).values(
                at=datetime.now(UTC), actor="service:champion", act="loaded", source=source,
                version=version, detail="",
            ))  # fmt: skip
    result = CliRunner().invoke(app, ["model", "rollback", "--here"])
    assert result.exit_code == 2
    assert "没有更早选用过的模型可以退回" in result.stderr
