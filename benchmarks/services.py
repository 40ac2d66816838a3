"""``/classify`` on one worker beside what else could serve the same model.

``python -m benchmarks.services --bentoml VENV/bin/bentoml`` prints only this part of the report.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.contenders import OURS, SERVERS, Contender, contenders
from benchmarks.peer import Peer, Row, load_rows, usual_texts
from benchmarks.running import ENVIRONMENT, Running, Service, busy_seconds, peak_megabytes, running
from tests.databases import migrated, postgresql_server

_CLIENTS = (1, 8, 64, 256)
_STARTS = 3

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``loads`` by number of clients; ``start`` in seconds; ``peak`` in megabytes."""

    loads: dict[int, Figures]
    start: float
    peak: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How many ``requests`` each load is made of, and how many ``rounds`` of all loads there are:
    with the transformer, 15 times fewer requests take as long."""

    requests: int = 1000
    rounds: int = 3


def measure(
    bundle: Path,
    rows: list[Row],
    peer: Peer,
    bentoml: Path | None,
    effort: Effort = Effort(),
) -> list[str]:
    """Lines of the report."""
    texts = usual_texts(rows)
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as postgresql:
        migrated(postgresql).close()
        entrants = contenders(bundle, texts, peer, Path(folder), postgresql, bentoml)
        found = _measure(entrants, effort)
    own = max(load["own_cpu_ms"] for outcome in found.values() for load in outcome.loads.values())
    return [
        f"### /classify，一个工作进程（{len(texts)} 条轮流发送，回环地址，"
        f"各服务轮流 {effort.rounds} 轮，每轮 {effort.requests} 次，取中位一轮）",
        "",
        "| | 客户端 | 请求/秒 | p50 毫秒 | p95 毫秒 | p99 毫秒 "
        "| 处理器毫秒/请求（连同数据库） | 503 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {clients} | {load['per_second']:.0f} | {load['p50_ms']:.1f} "
            f"| {load['p95_ms']:.1f} | {load['p99_ms']:.1f} | {load['cpu_ms']:.2f} "
            f"| {load['refused']:.0%} |"
            for name, outcome in found.items()
            for clients, load in outcome.loads.items()
        ),
        "",
        *(f"{name} 与同一模型的其他服务中较快者的请求/秒之比：{_ratios(name, found)}。\n"
          for name in OURS),
        f"压测程序（另一进程）自身每次请求至多用 {own:.2f} 毫秒处理器时间。",
        "",
        f"| | 启动到就绪 秒（{_STARTS} 次取中位） | 峰值内存 MB（全部进程之和） |",
        "| --- | ---: | ---: |",
        *(
            f"| {name} | {outcome.start:.2f} | {outcome.peak:.0f} |"
            for name, outcome in found.items()
        ),
    ]  # fmt: skip


def _measure(entrants: dict[str, Contender], effort: Effort) -> dict[str, Outcome]:
    """Start times first; then all run, and are loaded by turns so that a busy moment of the
    machine burdens all alike."""
    starts = {name: _start_seconds(each.service) for name, each in entrants.items()}
    with ExitStack() as stack:
        processes = {
            name: stack.enter_context(running(each.service)) for name, each in entrants.items()
        }
        for name, each in entrants.items():
            _load(processes[name], each, 1, max(1, effort.requests // 10))
        rounds = [
            {
                (name, clients): _load(processes[name], each, clients, effort.requests)
                for clients in _CLIENTS
                for name, each in entrants.items()
            }
            for _ in range(effort.rounds)
        ]
        return {
            name: Outcome(
                {clients: _middle([turn[name, clients] for turn in rounds])
                 for clients in _CLIENTS},
                starts[name],
                peak_megabytes(processes[name].root),
            )
            for name in entrants
        }  # fmt: skip


def _start_seconds(service: Service) -> float:
    seconds = []
    for _ in range(_STARTS):
        with running(service) as process:
            seconds.append(process.seconds)
    return median(seconds)


def _middle(rounds: list[Figures]) -> Figures:
    """The round with the median rate."""
    return sorted(rounds, key=lambda figures: figures["per_second"])[len(rounds) // 2]


def _load(process: Running, contender: Contender, clients: int, total: int) -> Figures:
    roots = (process.root,) if contender.beside is None else (process.root, contender.beside)
    before = sum(map(busy_seconds, roots))
    figures = load(process.port, contender.service.path, contender.bodies, clients, total)
    figures["cpu_ms"] = 1000 * (sum(map(busy_seconds, roots)) - before) / total
    return figures


def load(
    port: int,
    path: str,
    bodies: Iterable[object],
    clients: int,
    total: int,
    rate: float = float("inf"),
) -> Figures:
    """What ``benchmarks.load`` measures, in a process of its own; ``rate`` in requests a second."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *map(str, (port, path, clients, total, rate))],
        input="\n".join(map(json.dumps, bodies)).encode(),
        stdout=subprocess.PIPE,
        check=True,
        env=ENVIRONMENT,
        timeout=3600,
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def _ratios(name: str, found: dict[str, Outcome]) -> str:
    others = [found[other] for other in SERVERS if other in found]
    best = {
        clients: max(other.loads[clients]["per_second"] for other in others)
        for clients in _CLIENTS
    }  # fmt: skip
    return "，".join(
        f"{clients} 个客户端 {load['per_second'] / best[clients]:.1f}×"
        for clients, load in found[name].loads.items()
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    parser.add_argument("--bentoml", type=Path)
    parser.add_argument("--requests", type=int, default=Effort().requests)
    parser.add_argument("--rounds", type=int, default=Effort().rounds)
    arguments = parser.parse_args()
    rows = load_rows(Path("datasets/clues"))
    print(f"开始前一分钟平均负载 {os.getloadavg()[0]:.2f}\n", flush=True)
    effort = Effort(arguments.requests, arguments.rounds)
    print("\n".join(measure(arguments.bundle, rows, Peer(rows), arguments.bentoml, effort)))


if __name__ == "__main__":
    main()
