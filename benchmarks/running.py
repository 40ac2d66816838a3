"""A service in a process of its own: start it, wait until it is ready, always stop it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil  # type: ignore[import-untyped]

_PATIENCE = 120
"""Seconds that a service may take to become ready."""

BINARIES = Path(sys.executable).parent
ENVIRONMENT = os.environ | {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PYTHONPATH": ".",
    "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}",
}


@dataclass(frozen=True, slots=True)
class Service:
    """``command`` may hold PORT; a GET of ``ready`` answers 200 once the service can answer."""

    command: tuple[str, ...]
    path: str
    ready: str
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """``seconds`` from the command to the first 200; ``root`` began all its processes."""

    port: int
    seconds: float
    root: int


@contextmanager
def running(service: Service) -> Iterator[Running]:
    """Run a service on a free port of the loopback address."""
    port = _free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        [part.replace("PORT", str(port)) for part in service.command],
        env=ENVIRONMENT | service.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not _answers(port, service.ready):
            if process.poll() is not None or time.perf_counter() - started > _PATIENCE:
                raise SystemExit(f"{service.command[0]} did not start")
            time.sleep(0.01)
        yield Running(port, time.perf_counter() - started, process.pid)
    finally:
        _stop(process)


def busy_seconds(root: int) -> float:
    """Processor time that a process and its descendants have used, and the kernel for them.

    On a machine that others use too, this says more than requests per second.
    """
    return sum(sum(each.cpu_times()[:2]) for each in _family(root))


def peak_megabytes(root: int) -> float:
    """Peak resident memory of a process and its descendants, summed (VmHWM).

    Not ``ru_maxrss``: that begins at the peak of the process that started the child.
    """
    return megabytes(root, "VmHWM")


def megabytes(root: int, what: str) -> float:
    """A line of ``/proc/*/status``, such as VmRSS, summed over a process and its descendants."""
    kilobytes = 0
    for each in _family(root):
        lines = Path(f"/proc/{each.pid}/status").read_text().splitlines()
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith(what))
    return kilobytes / 1024


def _family(root: int) -> list[psutil.Process]:
    process = psutil.Process(root)
    return [process, *process.children(recursive=True)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end; what is left after ten seconds is ended."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
