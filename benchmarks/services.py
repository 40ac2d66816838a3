"""``/classify`` on one worker beside ``mlflow models serve`` and plain FastAPI + joblib."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import joblib  # type: ignore[import-untyped]

from benchmarks.peer import Peer, Row, usual_texts
from benchmarks.running import BINARIES, ENVIRONMENT, Service, peak_megabytes, running

_CLIENTS = (1, 8)
_REQUESTS = 1000
_ROUNDS = 3
_STARTS = 3
_OURS = "fenzhen"
_MLFLOW = "mlflow models serve（同一模型）"
_PLAIN = "FastAPI + joblib（scikit-learn）"

Figures = dict[str, float]
Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``loads`` by number of clients; ``start`` in seconds; ``peak`` in megabytes."""

    loads: dict[int, Figures]
    start: float
    peak: float


def measure(bundle: Path, rows: list[Row], peer: Peer) -> list[str]:
    """Lines of the report."""
    texts = usual_texts(rows)
    clues: list[Body] = [{"text": text} for text in texts]
    wrapped: list[Body] = [{"dataframe_records": [clue]} for clue in clues]
    with tempfile.TemporaryDirectory() as folder:
        found = {
            name: _measure(service, wrapped if name == _MLFLOW else clues)
            for name, service in _services(bundle, peer, Path(folder)).items()
        }
    own = max(load["own_cpu_ms"] for outcome in found.values() for load in outcome.loads.values())
    return [
        f"### /classify，一个工作进程（{len(texts)} 条轮流发送，回环地址，"
        f"每格 {_ROUNDS} 轮各 {_REQUESTS} 次取中位）",
        "",
        "| | 客户端 | 请求/秒 | p50 毫秒 | p99 毫秒 |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {clients} | {load['per_second']:.0f} | {load['p50_ms']:.1f} "
            f"| {load['p99_ms']:.1f} |"
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


def _measure(service: Service, bodies: list[Body]) -> Outcome:
    starts = []
    for _ in range(_STARTS - 1):
        with running(service) as process:
            starts.append(process.seconds)
    with running(service) as process:
        starts.append(process.seconds)
        _load(process.port, service.path, bodies, 1, 100)
        loads = {clients: _median_load(process.port, service, bodies, clients)
                 for clients in _CLIENTS}  # fmt: skip
        return Outcome(loads, median(starts), peak_megabytes(process.group))


def _median_load(port: int, service: Service, bodies: list[Body], clients: int) -> Figures:
    """The round with the median rate."""
    rounds = [_load(port, service.path, bodies, clients, _REQUESTS) for _ in range(_ROUNDS)]
    return sorted(rounds, key=lambda figures: figures["per_second"])[_ROUNDS // 2]


def _load(port: int, path: str, bodies: list[Body], clients: int, total: int) -> Figures:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), path, str(clients), str(total)],
        input="\n".join(map(json.dumps, bodies)).encode(),
        stdout=subprocess.PIPE,
        check=True,
        env=ENVIRONMENT,
        timeout=300,
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def _ratios(found: dict[str, Outcome]) -> str:
    parts = []
    for clients in _CLIENTS:
        rates = {name: outcome.loads[clients]["per_second"] for name, outcome in found.items()}
        best = max(rate for name, rate in rates.items() if name != _OURS)
        parts.append(f"{clients} 个客户端 {rates[_OURS] / best:.1f}×")
    return "，".join(parts)


def _services(bundle: Path, peer: Peer, folder: Path) -> dict[str, Service]:
    import mlflow

    joblib.dump(peer, folder / "peer.joblib")
    mlflow.pyfunc.save_model(
        folder / "pyfunc",
        python_model="benchmarks/pyfunc_model.py",
        artifacts={"bundle": str(bundle)},
        pip_requirements=[],
    )
    python, ours, mlflow_command = sys.executable, BINARIES / "fenzhen", BINARIES / "mlflow"
    return {
        _OURS: Service(
            (str(ours), "serve", "--port", "PORT", "--model", str(bundle)), "/classify", "/readyz"
        ),
        _MLFLOW: Service(
            (str(mlflow_command), "models", "serve", "-m", str(folder / "pyfunc"),
             "--env-manager", "local", "--host", "127.0.0.1", "-p", "PORT", "-w", "1"),
            "/invocations", "/ping",
        ),
        _PLAIN: Service(
            (python, "-m", "uvicorn", "benchmarks.joblib_service:app", "--host", "127.0.0.1",
             "--port", "PORT", "--no-access-log", "--log-level", "warning"),
            "/classify", "/openapi.json", {"PEER": str(folder / "peer.joblib")},
        ),
    }  # fmt: skip
