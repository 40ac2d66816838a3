"""What the figures are about, and the counts that every chart is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    case,
    cast,
    func,
    select,
)

from serving.access.policy import Action, Principal, require
from serving.queries.filters import DECIDED
from serving.storage.tables import clues, triages

Head = Literal["module", "urgency", "function"]
HEADS: tuple[Head, ...] = ("module", "urgency", "function")


@dataclass(frozen=True, slots=True)
class Scope:
    """Clues that arrived in [received_from, received_until), of one module, unit or model."""

    received_from: datetime | None = None
    received_until: datetime | None = None
    module: str | None = None
    procuratorate: str | None = None
    model_version: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """``total`` answers of a head with a confidence of ``permille``/1000, ``right`` of them as a
    person decided."""

    permille: int
    total: int
    right: int


def in_scope(scope: Scope) -> list[ColumnElement[bool]]:
    """The scope as conditions on ``clues``; ``triages`` belong to it through their clue."""
    c = clues.c
    conditions = []
    if scope.received_from is not None:
        conditions.append(c.received_at >= scope.received_from)
    if scope.received_until is not None:
        conditions.append(c.received_at < scope.received_until)
    for name in ("module", "procuratorate", "model_version"):
        if (value := getattr(scope, name)) is not None:
            conditions.append(c[name] == value)
    return conditions


def answers(scope: Scope) -> Select[tuple[()]]:
    """Champion's triages in scope, nothing selected yet; their clues are looked at only where the
    scope asks for more than time. A champion's answer bears the moment of its clue's arrival."""
    t = triages.c
    query = select().select_from(triages).where(t.role == "champion")
    if scope.received_from is not None:
        query = query.where(t.answered_at >= scope.received_from)
    if scope.received_until is not None:
        query = query.where(t.answered_at < scope.received_until)
    more = in_scope(replace(scope, received_from=None, received_until=None))
    return query.join(clues, t.clue_id == clues.c.clue_id).where(*more) if more else query


def reviewed(scope: Scope) -> Select[tuple[()]]:
    """Champion's triages with their clues that a person has decided, nothing selected yet."""
    return (
        select()
        .select_from(triages.join(clues, triages.c.clue_id == clues.c.clue_id))
        .where(triages.c.role == "champion", clues.c.state.in_(DECIDED), *in_scope(scope))
    )


def right(head: Head) -> ColumnElement[int]:
    """1 where the model's label is the person's, else 0."""
    return case((triages.c[head] == clues.c[head], 1), else_=0)


def scored(connection: Connection, principal: Principal, scope: Scope, head: Head) -> list[Scored]:
    """Reviewed answers by confidence, the least first. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    level = permille(triages.c[f"{head}_confidence"])
    query = reviewed(scope).add_columns(level, func.count(), func.sum(right(head)))
    found = connection.execute(query.group_by(level).order_by(level)).all()
    return [Scored(int(at), int(total), int(good)) for at, total, good in found]


def permille(confidence: ColumnElement[float]) -> ColumnElement[int]:
    """0–1000; rounded down, as both databases do it alike."""
    return cast(func.floor(cast(confidence, Float) * 1000), Integer).label("permille")


def histogram(
    connection: Connection, principal: Principal, scope: Scope, head: Head, bins: int = 20
) -> list[int]:
    """Answers per equal bin of confidence, reviewed or not. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    level = permille(triages.c[f"{head}_confidence"])
    query = answers(scope).add_columns(level, func.count())
    found = connection.execute(query.group_by(level)).all()
    return _binned([(int(at), int(number)) for at, number in found], bins)


def _binned(levels: Sequence[tuple[int, int]], bins: int) -> list[int]:
    counts = [0] * bins
    for level, number in levels:
        counts[min(level * bins // 1000, bins - 1)] += number
    return counts
