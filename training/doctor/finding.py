"""What one check found."""

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["good", "warn", "fail"]
SHOWN = 20
"""Rows listed per check; a longer list goes unread."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``summary`` is one Chinese sentence, ``rows`` name what to look at, ``figures`` are for
    programs. None of them ever holds the text of a clue."""

    check: str
    title: str
    status: Status
    summary: str
    rows: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)


def worst(findings: list[Finding]) -> Status:
    """``fail`` if any check failed, else ``warn`` if any warned, else ``good``."""
    found = {finding.status for finding in findings}
    return "fail" if "fail" in found else "warn" if "warn" in found else "good"
