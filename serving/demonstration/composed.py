"""The composed clues that ship, with the labels they were given, as a stream of arrivals."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from serving.queries.clue_detail import Labels

CLUES = Path("datasets/clues")
DRIFT_DAYS = 14
"""How long before the end the planted drift begins."""

_THIS_MORNING = 0.03
_REPEATED = 0.04
_REMEMBERED = 400

_CHANNELS = ("微信小程序", "12309网站", "来访登记", "电话记录")


@dataclass(frozen=True, slots=True)
class ComposedClue:
    """``labels`` are the composer's, without a unit; the drifted ones lost half of their words."""

    clue_id: str
    title: str | None
    text: str
    channel: str
    submitted_at: datetime
    module: str
    secondary_modules: tuple[str, ...]
    urgency: str
    function: str

    def labels(self, procuratorate: str) -> Labels:
        return Labels(
            self.module, self.secondary_modules, self.urgency, self.function, procuratorate
        )


def composed_clues(count: int, days: int, now: datetime, seed: int = 7) -> list[ComposedClue]:
    """``count`` clues over the last ``days``, the earliest first; repeats get new ids.

    In the last DRIFT_DAYS two thirds of what comes in is of a kind that was rare before, cut short
    as people write on a phone: the drift that the dashboard should show.
    """
    dealer = random.Random(seed)  # noqa: S311 – reproducible, not secret
    rows = list(_rows())
    calm = [row for row in rows if row["module"] != "public_interest" or dealer.random() < 0.4]
    sudden = [row for row in rows if row["module"] == "public_interest"]
    dealer.shuffle(calm)
    arrivals = sorted(_moment(days, now, dealer) for _ in range(count))
    starts = now - timedelta(days=DRIFT_DAYS)
    found: list[ComposedClue] = []
    for number, arrived in enumerate(arrivals):
        drifted = arrived >= starts and dealer.random() < 0.66
        row = dealer.choice(sudden) if drifted else calm[number % len(calm)]
        clue = _arrival(row, number, arrived, dealer, drifted)
        if found and dealer.random() < _REPEATED:
            clue = _again(dealer.choice(found[-_REMEMBERED:]), clue)
        found.append(clue)
    return found


def _moment(days: int, now: datetime, dealer: random.Random) -> datetime:
    """Evenly over the days, and somewhat more this morning, so that there is work to do."""
    if dealer.random() < _THIS_MORNING:
        return now - timedelta(hours=5) * dealer.random()
    return now - timedelta(days=days) * dealer.random()


def _again(earlier: ComposedClue, clue: ComposedClue) -> ComposedClue:
    """The same matter sent once more in nearly the same words, as people do."""
    return replace(
        earlier, clue_id=clue.clue_id, submitted_at=clue.submitted_at, channel=clue.channel,
        text=f"再次反映：{earlier.text}",
    )  # fmt: skip


def _rows() -> Iterator[dict[str, Any]]:
    for path in sorted(CLUES.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)


def _arrival(
    row: dict[str, Any], number: int, arrived: datetime, dealer: random.Random, drifted: bool
) -> ComposedClue:
    text = row["text"]
    if drifted and len(text) > 60:
        text = text[: max(30, len(text) // 3)]
    secondary = row.get("secondary_modules") or []
    return ComposedClue(
        clue_id=f"YS-{arrived:%Y%m%d}-{number:05d}",
        title=row.get("title"),
        text=text,
        channel=dealer.choice(_CHANNELS),
        submitted_at=arrived,
        module=row["module"],
        secondary_modules=tuple(secondary),
        urgency=row["urgency"],
        function=row["function"],
    )
