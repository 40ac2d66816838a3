"""Workers that are forked, kept and ended, without a service in them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

REPOSITORY = Path(__file__).parents[2]
_PATIENCE = 5
_KEEPER = """
import multiprocessing, os, signal, sys, threading, time
from serving.workers import run_workers

counted = multiprocessing.get_context("fork").Value("i", 0)

def work():
    with counted:
        counted.value += 1
        number = counted.value
    os.write(1, b"%d\\n" % os.getpid())  # print may write the end of the line apart
    {work}

# As ONNX Runtime's own: a thread from before, to which the system may deliver a signal.
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
run_workers(2, work, PATIENCE)
""".replace("PATIENCE", str(_PATIENCE))


@contextmanager
def _kept(work: str) -> Iterator["subprocess.Popen[str]"]:
    """Two workers, in a group of processes that is gone afterwards whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-c", _KEEPER.format(work=work)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _pid(process: "subprocess.Popen[str]") -> int:
    """That of the next worker that has begun."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_what_cannot_start_is_not_tried_for_ever_and_fails_the_whole() -> None:
    with _kept("sys.exit(3)") as process:
        assert process.wait(timeout=20) == 3


def test_one_that_dies_is_replaced_and_the_log_says_so() -> None:
    with _kept("time.sleep(60)") as process:
        first, _ = _pid(process), _pid(process)
        os.kill(first, signal.SIGKILL)
        assert _pid(process) != first
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        assert f"工作进程 {first} 意外结束" in process.stderr.read()


def test_one_that_does_not_listen_is_killed() -> None:
    with _kept("signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)") as process:
        workers = [psutil.Process(_pid(process)) for _ in range(2)]
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert not any(worker.is_running() for worker in workers)


def test_told_to_stop_at_once_they_stop_at_once() -> None:
    with _kept("time.sleep(60)") as process:
        _pid(process)  # the second may only just have been forked
        began = time.monotonic()
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert time.monotonic() - began < _PATIENCE


def test_none_outlives_its_keeper_even_when_another_does_not_listen() -> None:
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN) if number == 2 else None; time.sleep(60)"
    with _kept(deaf) as process:
        workers = {_pid(process), _pid(process)}
        process.kill()
        deadline = time.monotonic() + 20
        while sum(map(psutil.pid_exists, workers)) == 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
