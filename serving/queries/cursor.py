"""Where a page ended, as an opaque word for the next request."""

import base64
import json
from datetime import UTC, datetime

from serving.queries.errors import InvalidQueryError

Position = tuple[str | int | float | datetime, ...]


def write_cursor(position: Position) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else value for value in position]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(cursor: str, kinds: tuple[type, ...]) -> Position:
    """The position with values of these kinds. Raises InvalidQueryError."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError
        return tuple(_value(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidQueryError("after 无法识别，请原样使用上一页答复中的 next") from None


def _value(value: object, kind: type) -> str | int | float | datetime:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind is str and isinstance(value, str) and "\x00" not in value:
        value.encode()  # a lone surrogate is a ValueError
        return value
    if kind is int and type(value) is int and abs(value) < 2**31:
        return value
    raise ValueError
