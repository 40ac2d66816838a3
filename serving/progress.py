"""A progress bar for what takes longer than a glance."""

import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Item = TypeVar("Item")

_PATIENCE = 2.0
"""Seconds of work before a bar appears."""


def tracked(items: Sequence[Item], console: Console) -> Iterator[Item]:
    """Pass the items on, with a bar once more than two seconds have gone by."""
    columns = (
        TextColumn("分诊"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    progress = Progress(*columns, console=console)
    task = progress.add_task("", total=len(items))
    started = time.monotonic()
    try:
        for item in items:
            yield item
            progress.advance(task)
            if not progress.live.is_started and time.monotonic() - started > _PATIENCE:
                progress.start()
    finally:
        progress.stop()
