"""``/classify`` on one worker beside ``mlflow models serve`` and plain FastAPI + joblib."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import joblib

from benchmarks.peer import Peer

_CLUE = {
    "text": "榆中县和平镇一家砖厂半夜偷排黑烟，周围几个村子窗户都不敢开，老人孩子咳嗽不止。"
    "我们从去年冬天开始向镇上和环保局反映了三次，每次来人看看就走，第二天照样冒烟。"
    "砖厂紧挨着小学，早上娃娃们捂着鼻子进校门。请检察院来看看，村民愿意作证。"
}
_BINARIES = Path(sys.executable).parent
_ENVIRONMENT = os.environ | {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PYTHONPATH": ".",
    "PATH": f"{_BINARIES}{os.pathsep}{os.environ['PATH']}",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str], port: int, ready: str, **environment: str
) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """Start a service, wait until it is ready, yield the seconds that took, stop it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=_ENVIRONMENT | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(port, ready):
            if process.poll() is not None or time.perf_counter() - started > 120:
                raise SystemExit(f"{command[0]} did not start")
            time.sleep(0.02)
        yield time.perf_counter() - started, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 15)
            process.wait(timeout=30)


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _load(port: int, path: str, body: object, clients: int, total: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), path, str(clients), str(total)],
        input=json.dumps(body).encode(),
        capture_output=True,
        check=True,
        env=_ENVIRONMENT,
        timeout=300,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _peak_megabytes(process: subprocess.Popen[bytes]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measure(bundle: Path, peer: Peer) -> list[str]:
    """Lines of the report."""
    with tempfile.TemporaryDirectory() as folder:
        services = _services(bundle, peer, Path(folder))
        rows, rates = [], {}
        for name, (command, path, body, ready, environment, total) in services.items():
            port = free_port()
            filled = [part.replace("PORT", str(port)) for part in command]
            with running(filled, port, ready, **environment) as (seconds, process):
                _load(port, path, body, 1, 50)
                for clients in (1, 8):
                    found = _load(port, path, body, clients, total)
                    rates[name, clients] = found["per_second"]
                    memory = _peak_megabytes(process)
                    rows.append(
                        f"| {name} | {clients} | {found['per_second']:.0f} | {found['p50_ms']:.1f} "
                        f"| {found['p99_ms']:.1f} | {seconds:.1f} | {memory:.0f} |"
                    )
    ratios = []
    for clients in (1, 8):
        others = max(rates[name, clients] for name in services if name != "fenzhen")
        ratios.append(f"{clients} 个客户端 {rates['fenzhen', clients] / others:.1f}×")
    return [
        f"### /classify，一个工作进程（{len(_CLUE['text'])} 字的线索，回环地址）",
        "",
        "| | 客户端 | 请求/秒 | p50 毫秒 | p99 毫秒 | 启动到就绪 秒 | 峰值内存 MB（主进程） |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        f"fenzhen 与其余中较快者的请求/秒之比：{'；'.join(ratios)}",
    ]


_Service = tuple[list[str], str, object, str, dict[str, str], int]


def _services(bundle: Path, peer: Peer, folder: Path) -> dict[str, _Service]:
    import mlflow

    joblib.dump(peer, folder / "peer.joblib")
    mlflow.pyfunc.save_model(
        folder / "pyfunc",
        python_model="benchmarks/pyfunc_model.py",
        artifacts={"bundle": str(bundle)},
        pip_requirements=[],
    )
    return {
        "fenzhen": (
            [str(_BINARIES / "fenzhen"), "serve", "--port", "PORT", "--model", str(bundle)],
            "/classify", _CLUE, "/readyz", {}, 2000,
        ),
        "FastAPI + joblib": (
            [sys.executable, "-m", "uvicorn", "benchmarks.joblib_service:app", "--port", "PORT",
             "--log-level", "warning"],
            "/classify", _CLUE, "/openapi.json", {"PEER": str(folder / "peer.joblib")}, 600,
        ),
        "mlflow models serve": (
            [str(_BINARIES / "mlflow"), "models", "serve", "-m", str(folder / "pyfunc"),
             "--env-manager", "local", "-p", "PORT", "-w", "1"],
            "/invocations", {"dataframe_records": [_CLUE]}, "/ping", {}, 600,
        ),
    }  # fmt: skip
