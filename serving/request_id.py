"""A name for each request, in its answer and in every line that the log has about it."""

import re
from contextvars import ContextVar

from uuid_utils import uuid7

HEADER = "x-request-id"
current_request: ContextVar[str] = ContextVar("request_id", default="")

_ACCEPTABLE = re.compile(rb"[A-Za-z0-9._-]{8,64}")


def request_id(given: bytes | None) -> str:
    """The sender's own, where it is fit for a log, else a new one."""
    if given is not None and _ACCEPTABLE.fullmatch(given):
        return given.decode()
    return str(uuid7())
