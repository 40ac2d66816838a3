"""The faults in small, met by each change; the long runs are ``python -m tests.chaos``."""

from pathlib import Path

import pytest

from tests.chaos import faults

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


def test_slow_senders_hold_up_nobody(bundle: Path, tmp_path: Path) -> None:
    figures = faults.slow_clients(bundle, _url(tmp_path), tmp_path, count=20)
    assert figures["ok"], figures


def test_overload_is_told_and_loses_nothing(bundle: Path, tmp_path: Path) -> None:
    figures = faults.overload(bundle, _url(tmp_path), tmp_path, clients=40)
    assert figures["ok"], figures
