"""The faults in small, met by each change; the long runs are ``python -m tests.chaos``."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fenzhen import app
from tests.chaos import faults
from tests.chaos.clock import LIBRARY, clock_jumps
from tests.chaos.disk import MAY_MOUNT, disk_full
from tests.chaos.malformed import malformed
from tests.chaos.models import models
from tests.chaos.registry_away import registry_away
from tests.chaos.switch import switch

pytestmark = pytest.mark.slow


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'fenzhen.db'}"


def test_no_acknowledged_clue_is_lost_when_the_service_is_killed(
    bundle: Path, tmp_path: Path
) -> None:
    figures = faults.kills(bundle, _url(tmp_path), tmp_path, times=1)
    assert figures["ok"], figures
    assert figures["acknowledged"] > 0


def test_two_workers_store_a_clue_once(bundle: Path, tmp_path: Path) -> None:
    figures = faults.races(bundle, _url(tmp_path), tmp_path, times=30)
    assert figures["ok"], figures


@pytest.fixture
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """MLflow's registry in the test's folder; what changes the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return monkeypatch


def test_nobody_is_turned_away_while_the_model_is_switched_there_and_back(
    bundle: Path, tmp_path: Path, own_registry: pytest.MonkeyPatch
) -> None:
    own_registry.setenv("FENZHEN_MODEL_POLL_SECONDS", "0.2")
    figures = switch(bundle, _url(tmp_path), tmp_path, _typed, clients=2)
    assert figures["ok"], figures


def test_a_service_that_starts_without_mlflow_answers_with_what_it_kept_and_can_go_back(
    bundle: Path, tmp_path: Path, own_registry: pytest.MonkeyPatch
) -> None:
    own_registry.setenv("FENZHEN_DATABASE_URL", _url(tmp_path))
    own_registry.setenv("FENZHEN_FILES", str(tmp_path / "files"))
    figures = registry_away(bundle, _url(tmp_path), tmp_path, _typed)
    assert figures["ok"], figures


def _typed(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 0


def test_slow_senders_hold_up_nobody(bundle: Path, tmp_path: Path) -> None:
    figures = faults.slow_clients(bundle, _url(tmp_path), tmp_path, count=20)
    assert figures["ok"], figures


def test_overload_is_told_and_loses_nothing(bundle: Path, tmp_path: Path) -> None:
    figures = faults.overload(bundle, _url(tmp_path), tmp_path, clients=40)
    assert figures["ok"], figures


@pytest.mark.skipif(not MAY_MOUNT, reason="只有 root 能挂载小磁盘")
def test_a_full_disk_is_told_and_loses_nothing(bundle: Path, tmp_path: Path) -> None:
    figures = disk_full(bundle, tmp_path, seconds=2, rows=300)
    assert figures["ok"], figures


@pytest.mark.skipif(LIBRARY is None, reason="没有 libfaketime：apt-get install libfaketime")
def test_a_jumping_clock_breaks_nothing(bundle: Path, tmp_path: Path) -> None:
    figures = clock_jumps(bundle, _url(tmp_path), tmp_path, seconds=0.5)
    assert figures["ok"], figures


def test_models_that_cannot_take_over_hold_up_nobody(bundle: Path, tmp_path: Path) -> None:
    figures = models(bundle, _url(tmp_path), tmp_path, megabytes=20)
    assert figures["ok"], figures


def test_malformed_requests_are_never_the_service_s_fault(bundle: Path, tmp_path: Path) -> None:
    figures = malformed(bundle, _url(tmp_path), tmp_path, times=250)
    assert figures["ok"], figures
