"""A progress bar only for what takes long."""

import io
import time

from rich.console import Console

from serving.progress import tracked


def _bar(items: int, seconds: float) -> str:
    console = Console(file=io.StringIO(), force_terminal=True)
    for _ in tracked(range(items), console):
        time.sleep(seconds)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_item_passes_in_order() -> None:
    assert list(tracked([3, 1, 2], Console(file=io.StringIO()))) == [3, 1, 2]


def test_nothing_is_shown_for_quick_work() -> None:
    assert _bar(10, 0) == ""


def test_a_bar_appears_after_two_seconds() -> None:
    assert "分诊" in _bar(5, 0.55)
