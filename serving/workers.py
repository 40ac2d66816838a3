"""Several workers forked from one process: what it loaded before, they have in memory once.

The system copies a page only when one of them writes to it.
"""

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from uvicorn.config import STARTUP_FAILURE

from model.errors import FenzhenError

_log = logging.getLogger("fenzhen.workers")
_LOOK_SECONDS = 0.5
_ENDING = (signal.SIGTERM, signal.SIGINT)


class CannotForkError(FenzhenError):
    """A system without ``fork``."""

    code = "cannot_fork"
    title = "Cannot fork"


def run_workers(count: int, work: Callable[[], None], patience: float) -> None:
    """Keep ``count`` forks at ``work`` until SIGTERM or SIGINT, which are then passed on to them.

    One that dies is replaced; one that cannot even start ends them all, and the log says why.
    Whoever has not ended after ``patience`` seconds is killed. Raises CannotForkError, and
    SystemExit when one could not start. For the main thread, where both signals stay blocked and
    are awaited, so that none reaches a fork before that is ready for it.
    """
    if "fork" not in multiprocessing.get_all_start_methods():
        raise CannotForkError("这个系统只能用一个进程，请去掉 --workers 与 FENZHEN_WORKERS")
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    told: list[int] = []  # by way of a thread from before, a library's perhaps, that blocks nothing
    for number in _ENDING:
        signal.signal(number, lambda received, _: told.append(received))
    gc.collect()
    gc.freeze()  # what the collector marks, it would copy
    workers = [_forked(work) for _ in range(count)]
    while signal.sigtimedwait(_ENDING, _LOOK_SECONDS) is None and not told:
        if any(worker.exitcode == STARTUP_FAILURE for worker in workers):
            break
        for place, worker in enumerate(workers):
            if worker.exitcode is not None:
                _log.error("工作进程 %s 意外结束（%s），已另起一个", worker.pid, worker.exitcode)
                workers[place] = _forked(work)
    _end(workers, time.monotonic() + patience)
    if any(worker.exitcode == STARTUP_FAILURE for worker in workers):
        raise SystemExit(STARTUP_FAILURE)


def _end(workers: list[BaseProcess], deadline: float) -> None:
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))
        worker.kill()


def _forked(work: Callable[[], None]) -> BaseProcess:
    keeper = os.getpid()

    def run() -> None:
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        threading.Thread(target=_end_without, args=(keeper,), daemon=True).start()
        work()

    worker = multiprocessing.get_context("fork").Process(target=run)
    worker.start()
    return worker


def _end_without(keeper: int) -> None:
    """Else a fork whose keeper was killed would hold the port against the next one."""
    while os.getppid() == keeper:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
