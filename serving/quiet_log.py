"""Logs that never hold what a citizen wrote: no messages of exceptions, no bodies, no queries."""

import logging
import traceback


def log_failure(log: logging.Logger, error: BaseException) -> None:
    """Log an unforeseen error by class and place in the code; its message may quote a clue."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " ← ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames[-5:]))
    log.error("程序出错 %s %s", type(error).__name__, places)
