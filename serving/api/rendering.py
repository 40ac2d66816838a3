"""From what queries return to JSON: moments in Asia/Shanghai, everything else as it is."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import pydantic_core
from starlette.responses import Response

from model.deadlines import SHANGHAI

JSON = "application/json"


def as_json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The HTTP answer that carries a value of dataclasses, lists, dicts and plain values."""
    return Response(pydantic_core.to_json(shown(value)), status, headers, JSON)


def shown(value: Any) -> Any:
    """The same value with its moments as people here read them."""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: shown(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: shown(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [shown(part) for part in value]
    return value
