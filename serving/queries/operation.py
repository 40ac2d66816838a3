"""How the service runs: what came in, how fast, what was corrected, which deadlines were kept."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from serving.access.policy import Action, Principal, require
from serving.queries.curves import Share, share
from serving.queries.filters import DECIDED
from serving.queries.local_day import local_day
from serving.queries.stats import HEADS, Head, Scope, answers, in_scope, right
from serving.storage.tables import clues, triages
from serving.storage.work_tables import model_choices


@dataclass(frozen=True, slots=True)
class Day:
    """``day`` is a date of Asia/Shanghai. ``abstained``: the model asked for a look."""

    day: str
    received: int
    abstained: int
    alarms: int
    decided: int
    corrected: int


@dataclass(frozen=True, slots=True)
class DeadlinesKept:
    """First looks of one urgency: in time, too late, still waiting in time, overdue now."""

    urgency: str
    kept: int
    late: int
    waiting: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ModelPeriod:
    """When a model answered, in which role, and how often."""

    model_version: str
    role: str
    encoder: str
    first_at: datetime
    last_at: datetime
    answers: int


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """What was chosen or refused, when and by whom."""

    at: datetime
    actor: str
    act: str
    source: str
    version: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class ShadowComparison:
    """Shadow against champion on the same clues; ``…_right`` on those that people decided."""

    head: Head
    model_version: str
    agreeing: Share
    champion_right: Share
    shadow_right: Share


def volumes(connection: Connection, principal: Principal, scope: Scope) -> list[Day]:
    """By day of arrival, from the first with a clue to the last, days without one between them too.

    Raises Forbidden.
    """
    require(principal, Action.READ_STATS)
    day = local_day(clues.c.received_at).label("day")
    counts = (
        func.count(),
        _number(clues.c.needs_review.is_(True)),
        _number(clues.c.alarm.is_(True)),
        _number(clues.c.state.in_(DECIDED)),
        _number(clues.c.state == "corrected"),
    )
    query = select(day, *counts).where(*in_scope(scope)).group_by(day).order_by(day)
    found = {row[0]: Day(row[0], *map(int, row[1:])) for row in connection.execute(query)}
    return [found.get(day, Day(day, 0, 0, 0, 0, 0)) for day in _days(found)]


def _days(some: Collection[str]) -> Iterator[str]:
    """All from the least to the greatest."""
    if some:
        first, last = (date.fromisoformat(bound(some)) for bound in (min, max))
        for number in range((last - first).days + 1):
            yield str(first + timedelta(days=number))


QUANTILES = (0.5, 0.95, 0.99)


def latencies(connection: Connection, principal: Principal, scope: Scope) -> dict[float, float]:
    """Milliseconds from arrival to answer at each of QUANTILES; nothing without an answer.

    Raises Forbidden.
    """
    require(principal, Action.READ_STATS)
    level = func.floor(triages.c.milliseconds).label("level")
    query = answers(scope).add_columns(level, func.count()).group_by(level).order_by(level)
    found = [(float(at), int(number)) for at, number in connection.execute(query)]
    total = sum(number for _, number in found)
    return {q: _quantile(found, q * total) for q in QUANTILES} if total else {}


def _quantile(levels: Sequence[tuple[float, int]], rank: float) -> float:
    seen = 0
    for level, number in levels:
        seen += number
        if seen >= rank:
            return level
    return levels[-1][0]


def deadlines_kept(
    connection: Connection, principal: Principal, scope: Scope, *, now: datetime
) -> list[DeadlinesKept]:
    """First looks against their deadlines, by urgency. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    c = clues.c
    looked, in_time = c.looked_at.is_not(None), c.looked_at <= c.first_look_by
    untouched = and_(c.looked_at.is_(None), c.open.is_(True))
    query = select(
        c.urgency,
        _number(and_(looked, in_time)),
        _number(and_(looked, ~in_time)),
        _number(and_(untouched, c.first_look_by >= now)),
        _number(and_(untouched, c.first_look_by < now)),
    ).where(*in_scope(scope))
    found = connection.execute(query.group_by(c.urgency).order_by(c.urgency))
    return [DeadlinesKept(row[0], *map(int, row[1:])) for row in found]


def model_periods(connection: Connection, principal: Principal) -> list[ModelPeriod]:
    """Models that answered, the latest first. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    t = triages.c
    first, last = func.min(t.answered_at), func.max(t.answered_at)
    query = select(t.model_version, t.role, t.encoder, first, last, func.count())
    found = connection.execute(
        query.group_by(t.model_version, t.role, t.encoder).order_by(last.desc())
    )
    return [ModelPeriod(*row) for row in found]


def model_history(
    connection: Connection, principal: Principal, most: int = 100
) -> list[ModelChoice]:
    """What was chosen, loaded or refused, the latest first. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    m = model_choices.c
    query = select(m.at, m.actor, m.act, m.source, m.version, m.detail)
    found = connection.execute(query.order_by(m.number.desc()).limit(most))
    return [ModelChoice(*row) for row in found]


def shadow_comparison(
    connection: Connection, principal: Principal, scope: Scope
) -> list[ShadowComparison]:
    """One row per shadow model and head. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    return [row for head in HEADS for row in _compared(connection, scope, head)]


def _compared(connection: Connection, scope: Scope, head: Head) -> list[ShadowComparison]:
    shadow = triages.alias("shadow")
    both = and_(shadow.c.clue_id == triages.c.clue_id, shadow.c.role == "shadow")
    known = clues.c.state.in_(DECIDED)
    query = (
        select(
            shadow.c.model_version,
            func.count(),
            _number(shadow.c[head] == triages.c[head]),
            _number(known),
            func.sum(case((known, right(head)), else_=0)),
            _number(and_(known, shadow.c[head] == clues.c[head])),
        )
        .select_from(triages.join(clues, triages.c.clue_id == clues.c.clue_id).join(shadow, both))
        .where(triages.c.role == "champion", *in_scope(scope))
        .group_by(shadow.c.model_version)
        .order_by(shadow.c.model_version)
    )
    return [
        ShadowComparison(
            head, version, share(int(equal), total), share(int(mine), int(decided)),
            share(int(other), int(decided)),
        )
        for version, total, equal, decided, mine, other in connection.execute(query)
    ]  # fmt: skip


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
