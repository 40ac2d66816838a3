"""Who is taught on texts without labels must not have seen what is asked."""

from pathlib import Path

import pytest

from benchmarks.learners import without_copies
from model.clue import Clue
from model.reading import Reading, read_clue
from model.signals import Signals, load_signals

ASKED = "城关区雁东路小学门口线缆乱拉乱挂，孩子放学都从下面钻，请有关部门尽快处理。"


@pytest.fixture(scope="module")
def signals(datasets: Path) -> Signals:
    return load_signals(datasets / "signals.yaml")


def _read(text: str, signals: Signals) -> Reading:
    return read_clue(Clue(text=text), signals)


def test_a_near_copy_of_what_is_asked_is_not_taught(signals: Signals) -> None:
    copy = _read(ASKED.replace("尽快处理", "赶快处理"), signals)
    other = _read("我的案子移送起诉两个月了，想问现在到了哪一步。", signals)
    assert without_copies([copy, other], [_read(ASKED, signals)]) == [other]
