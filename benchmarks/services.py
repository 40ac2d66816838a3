"""``/classify`` on one worker beside ``mlflow models serve`` and plain FastAPI + joblib."""

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.contenders import OURS, Contender, contenders
from benchmarks.peer import Peer, Row, usual_texts
from benchmarks.running import ENVIRONMENT, Running, Service, busy_seconds, peak_megabytes, running

_CLIENTS = (1, 8)
_REQUESTS = 1000
_ROUNDS = 5
_STARTS = 3

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``loads`` by number of clients; ``start`` in seconds; ``peak`` in megabytes."""

    loads: dict[int, Figures]
    start: float
    peak: float


def measure(bundle: Path, rows: list[Row], peer: Peer) -> list[str]:
    """Lines of the report."""
    texts = usual_texts(rows)
    with tempfile.TemporaryDirectory() as folder:
        found = _measure(contenders(bundle, texts, peer, Path(folder)))
    own = max(load["own_cpu_ms"] for outcome in found.values() for load in outcome.loads.values())
    return [
        f"### /classify，一个工作进程（{len(texts)} 条轮流发送，回环地址，"
        f"各服务轮流 {_ROUNDS} 轮，每轮 {_REQUESTS} 次，取中位一轮）",
        "",
        "| | 客户端 | 请求/秒 | p50 毫秒 | p99 毫秒 | 处理器毫秒/请求 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {clients} | {load['per_second']:.0f} | {load['p50_ms']:.1f} "
            f"| {load['p99_ms']:.1f} | {load['cpu_ms']:.2f} |"
            for name, outcome in found.items()
            for clients, load in outcome.loads.items()
        ),
        "",
        f"fenzhen 与其余中较快者的请求/秒之比：{_ratios(found)}。"
        f"压测程序（另一进程）自身每次请求至多用 {own:.2f} 毫秒处理器时间。",
        "",
        f"| | 启动到就绪 秒（{_STARTS} 次取中位） | 峰值内存 MB（全部进程之和） |",
        "| --- | ---: | ---: |",
        *(
            f"| {name} | {outcome.start:.2f} | {outcome.peak:.0f} |"
            for name, outcome in found.items()
        ),
    ]


def _measure(entrants: dict[str, Contender]) -> dict[str, Outcome]:
    """Start times first; then all run, and are loaded by turns so that a busy moment of the
    machine burdens all alike."""
    starts = {name: _start_seconds(each.service) for name, each in entrants.items()}
    with ExitStack() as stack:
        processes = {
            name: stack.enter_context(running(each.service)) for name, each in entrants.items()
        }
        for name, each in entrants.items():
            _load(processes[name], each, 1, 100)
        rounds = [
            {
                (name, clients): _load(processes[name], each, clients, _REQUESTS)
                for clients in _CLIENTS
                for name, each in entrants.items()
            }
            for _ in range(_ROUNDS)
        ]
        return {
            name: Outcome(
                {clients: _middle([turn[name, clients] for turn in rounds])
                 for clients in _CLIENTS},
                starts[name],
                peak_megabytes(processes[name].group),
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
    port, group = process.port, process.group
    path = contender.service.path
    before = busy_seconds(group)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), path, str(clients), str(total)],
        input="\n".join(map(json.dumps, contender.bodies)).encode(),
        stdout=subprocess.PIPE,
        check=True,
        env=ENVIRONMENT,
        timeout=300,
    )
    figures: Figures = json.loads(done.stdout)
    figures["cpu_ms"] = 1000 * (busy_seconds(group) - before) / total
    return figures


def _ratios(found: dict[str, Outcome]) -> str:
    parts = []
    for clients in _CLIENTS:
        rates = {name: outcome.loads[clients]["per_second"] for name, outcome in found.items()}
        best = max(rate for name, rate in rates.items() if name != OURS)
        parts.append(f"{clients} 个客户端 {rates[OURS] / best:.1f}×")
    return "，".join(parts)
