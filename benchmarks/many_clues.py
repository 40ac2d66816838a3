"""Lists, counts, the queue and similar clues with very many stored.

``python -m benchmarks.many_clues --clues 1000000``

The rows are those of real arrivals, multiplied with other ids, moments and signatures.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.peer import load_rows
from model.clue import Clue
from model.triager import Triager
from serving.access.policy import Action, Principal
from serving.arrival.comparing import compare_all
from serving.arrival.rows import arrival
from serving.queries.clue_detail import clue_detail
from serving.queries.clue_list import count_clues, list_clues, work_queue
from serving.queries.filters import ClueFilter
from serving.queries.operation import deadlines_kept, latencies, volumes
from serving.queries.similar import similar_clues
from serving.queries.stats import Scope, histogram
from serving.similar.index import SimilarIndex
from serving.similar.search import near_copies
from serving.storage.arrivals import Arrival, store
from serving.storage.database import Database
from serving.storage.near_copy_store import MOST
from serving.storage.schema import prepare
from serving.storage.signature_store import DatabaseSignatures

_TOGETHER = 2000
_ROUNDS = 40
_OPEN = 20_000
_NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
_ANALYST = Principal("bench", frozenset(Action))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clues", type=int, default=1_000_000)
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    parser.add_argument("--database", type=str, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        database = Database(given.database or f"sqlite:///{scratch}/many.db")
        prepare(database)
        seconds = _fill(database, given.bundle, given.clues)
        print(f"{given.clues} 件已存，{seconds:.0f} 秒；一分钟平均负载 {os.getloadavg()[0]:.1f}")
        _measure(database, given.clues)


def _fill(database: Database, bundle: Path, wanted: int) -> float:
    triager = Triager.load(bundle)
    texts = [row["text"] for row in load_rows(Path("datasets/clues"))][:2000]
    pool = [
        arrival(
            clue, triager.triage(clue, _NOW), triager.taxonomy, lambda *_: b"\x01" * 200, _NOW, 1
        )
        for clue in (Clue(clue_id="x", text=text) for text in texts)
    ]
    dealt, started = random.Random(1), time.perf_counter()  # noqa: S311 – no secret
    with database.read() as connection:
        have = count_clues(connection, _ANALYST, ClueFilter())
    for start in range(have, wanted, _TOGETHER):
        numbers = range(start, min(start + _TOGETHER, wanted))
        with database.write() as connection:
            store(connection, [_another(dealt.choice(pool), number, dealt) for number in numbers])
    return time.perf_counter() - started


def _another(one: Arrival, number: int, dealt: random.Random) -> Arrival:
    """The same clue under another id, at another time, with a signature unlike any other's."""
    clue_id, at = f"M-{number:08}", _NOW - timedelta(seconds=number * 20 + dealt.random())
    marks = np.frombuffer(dealt.randbytes(256), dtype="<u4").tobytes()
    return Arrival(
        clue_id,
        {**one.clue, "clue_id": clue_id, "received_at": at,
         "first_look_by": at + timedelta(hours=dealt.choice((2, 24, 168))),
         "open": number < _OPEN},
        {**one.triage, "clue_id": clue_id, "answered_at": at},
        {"clue_id": clue_id, "signature": marks if number % 50 else one.signature["signature"],
         "compare_after": at if number < _OPEN and number % 50 == 0 else None},
    )  # fmt: skip


def _measure(database: Database, stored: int) -> None:
    index = SimilarIndex()
    started = time.perf_counter()
    index.catch_up(DatabaseSignatures(database))
    print(f"相似索引从数据库建立 {time.perf_counter() - started:.1f} 秒")
    compare_all(database, _NOW)
    with database.read() as connection:
        middle = _middle(database)

        def one(number: int) -> str:
            return f"M-{number * 7919 % stored:08}"

        week = ClueFilter(received_from=_NOW - timedelta(days=7))
        quarter = _NOW - timedelta(days=90)
        calls: dict[str, Callable[[int], object]] = {
            "列表第一页": lambda _: list_clues(connection, _ANALYST, ClueFilter(), now=_NOW),
            "列表深处一页": lambda _: list_clues(
                connection, _ANALYST, ClueFilter(), after=middle, now=_NOW),
            "按模块筛选": lambda _: list_clues(
                connection, _ANALYST, ClueFilter(module="judicial_aid"), now=_NOW),
            "待办第一页": lambda _: work_queue(
                connection, _ANALYST, ClueFilter(to_look_at=True), now=_NOW),
            "全部未办第一页": lambda _: work_queue(connection, _ANALYST, ClueFilter(), now=_NOW),
            "待办件数": lambda _: count_clues(
                connection, _ANALYST, ClueFilter(open=True, to_look_at=True)),
            "一周件数": lambda _: count_clues(connection, _ANALYST, week),
            "一件线索": lambda n: clue_detail(connection, _ANALYST, one(n), now=_NOW),
            "到达后比对": lambda n: near_copies(connection, index, one(50 * n), MOST),
            "相似线索": lambda n: similar_clues(connection, _ANALYST, _open(50 * n)),
        }  # fmt: skip
        for name, call in calls.items():
            _tell(name, call)
        for span, scope in (("全部", Scope()), ("近 90 天", Scope(received_from=quarter))):
            charts: dict[str, Callable[[Scope], object]] = {
                "把握分布": lambda s: histogram(connection, _ANALYST, s, "module"),
                "每日件数": lambda s: volumes(connection, _ANALYST, s),
                "耗时": lambda s: latencies(connection, _ANALYST, s),
                "期限": lambda s: deadlines_kept(connection, _ANALYST, s, now=_NOW),
            }
            for name, draw in charts.items():
                _tell(f"{name}（{span}）", lambda _, d=draw, s=scope: d(s), 5)  # type: ignore[misc]


def _open(number: int) -> str:
    return f"M-{number % _OPEN:08}"


def _middle(database: Database) -> str:
    from serving.queries.cursor import write_cursor

    return write_cursor((_NOW - timedelta(days=100), "M"))


def _tell(name: str, call: Callable[[int], object], rounds: int = _ROUNDS) -> None:
    seconds = []
    for number in range(rounds):
        started, busy = time.perf_counter(), time.process_time()
        call(number)
        seconds.append((time.perf_counter() - started, time.process_time() - busy))
    wall = sorted(1000 * each for each, _ in seconds)
    cpu = sorted(1000 * each for _, each in seconds)
    p95 = int(0.95 * len(wall))
    print(f"{name}：p50 {wall[len(wall) // 2]:.1f} p95 {wall[p95]:.1f} 毫秒"
          f"（处理器 p50 {cpu[len(cpu) // 2]:.1f} 毫秒）")  # fmt: skip


if __name__ == "__main__":
    main()
