"""A verdict as it is written down: what was judged, by which gate, on which clues, and why."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from model.errors import FenzhenError
from training.judging.verdict import Reason


@dataclass(frozen=True, slots=True)
class Ruling:
    """``challenger`` and ``champion`` are bundle versions; ``champion`` is None where there was
    none. ``kind`` says whether a frozen set or live shadow answers were judged by. ``at`` is UTC,
    ISO 8601."""

    kind: Literal["frozen", "shadow"]
    challenger: str
    champion: str | None
    passed: bool
    reasons: tuple[Reason, ...]
    clues: int
    clues_sha256: str | None
    gate_version: str
    gate_sha256: str
    at: str

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, content: str) -> "Ruling":
        """Raises FenzhenError for what no ruling can be read from."""
        try:
            values: dict[str, Any] = json.loads(content)
            reasons = tuple(Reason(**reason) for reason in values.pop("reasons"))
            return cls(reasons=reasons, **values)
        except (ValueError, TypeError, KeyError) as error:
            raise FenzhenError("登记的评判结论无法读取，请重新运行 fenzhen compare") from error


def now() -> str:
    """This moment as rulings and events write it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
