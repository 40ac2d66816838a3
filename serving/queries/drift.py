"""Whether what comes in, and what the model makes of it, differs from before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, String, cast, func, select

from serving.access.policy import Action, Principal, require
from serving.queries.filters import DECIDED
from serving.queries.shift_test import Shift, shift
from serving.queries.stats import permille
from serving.storage.tables import clues, triages

RECENT = timedelta(days=14)
BEFORE = timedelta(days=60)

SIGNIFICANT = 0.01 / 6
"""Six things are tested at once; by Bonferroni's rule a false alarm in a hundred looks."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Of what (``module``, ``confidence``, ``corrected``, …), the test, and the counts behind."""

    of: str
    shift: Shift
    before: Mapping[str, int]
    recent: Mapping[str, int]

    @property
    def significant(self) -> bool:
        return self.shift.p_value is not None and self.shift.p_value < SIGNIFICANT


def drifts(connection: Connection, principal: Principal, now: datetime) -> list[Drift]:
    """The RECENT days against the BEFORE days right before them, by arrival.

    Raises Forbidden.
    """
    require(principal, Action.READ_STATS)
    starts = now - RECENT
    spans = ((starts - BEFORE, starts), (starts, now))
    parts: dict[str, ColumnElement[str]] = {
        name: triages.c[name] for name in ("module", "urgency", "function", "procuratorate")
    }
    parts["confidence"] = cast(func.floor(permille(triages.c.module_confidence) / 100.0), String)
    found = [_drift(connection, name, part, spans) for name, part in parts.items()]
    before, recent = (_corrected(connection, *span) for span in spans)
    return [*found, Drift("corrected", shift(before, recent), before, recent)]


Span = tuple[datetime, datetime]


def _drift(
    connection: Connection, name: str, part: ColumnElement[str], spans: tuple[Span, Span]
) -> Drift:
    before, recent = (_counts(connection, part, *span) for span in spans)
    return Drift(name, shift(before, recent), before, recent)


def _counts(
    connection: Connection, part: ColumnElement[str], since: datetime, until: datetime
) -> dict[str, int]:
    value = part.label("value")
    query = (
        select(value, func.count())
        .join(clues, triages.c.clue_id == clues.c.clue_id)
        .where(triages.c.role == "champion", clues.c.received_at >= since,
               clues.c.received_at < until)
        .group_by(value)
    )  # fmt: skip
    return {str(label): int(number) for label, number in connection.execute(query)}


def _corrected(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    query = (
        select(clues.c.state, func.count())
        .where(clues.c.state.in_(DECIDED), clues.c.received_at >= since,
               clues.c.received_at < until)
        .group_by(clues.c.state)
    )  # fmt: skip
    return {state: int(number) for state, number in connection.execute(query)}
