"""How well the model does, measured by what people decided."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, func, select

from serving.access.policy import Action, Principal, require
from serving.queries.acts_in_force import effective
from serving.queries.curves import Share, share
from serving.queries.errors import InvalidQueryError
from serving.queries.local_day import local_month
from serving.queries.stats import HEADS, Head, Scope, in_scope, reviewed, right
from serving.storage.tables import clues, reviews, triages

Dimension = Literal["module", "procuratorate", "month", "model"]


@dataclass(frozen=True, slots=True)
class Cell:
    """``number`` clues that the model called ``proposed`` and a person ``decided``."""

    proposed: str
    decided: str
    number: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two people on the same clues: the share of equal labels and Cohen's κ (None: undefined)."""

    head: Head
    share: Share
    kappa: float | None


@dataclass(frozen=True, slots=True)
class CriticalRecall:
    """Of the clues that people called critical, those for which the alarm was raised."""

    share: Share
    missed: tuple[str, ...]


def accuracy_by(
    connection: Connection, principal: Principal, scope: Scope, head: Head, dimension: Dimension
) -> dict[str, Share]:
    """Share of right labels in each part. Raises Forbidden, InvalidQueryError."""
    require(principal, Action.READ_STATS)
    parts: dict[str, ColumnElement[str]] = {
        "module": clues.c.module,
        "procuratorate": clues.c.procuratorate,
        "month": local_month(clues.c.received_at),
        "model": triages.c.model_version,
    }
    if dimension not in parts:
        raise InvalidQueryError(f"只能按 {'、'.join(parts)} 统计")
    part = parts[dimension].label("part")
    query = reviewed(scope).add_columns(part, func.count(), func.sum(right(head)))
    found = connection.execute(query.group_by(part).order_by(part)).all()
    return {name: share(int(good), int(total)) for name, total, good in found}


def confusion(connection: Connection, principal: Principal, scope: Scope, head: Head) -> list[Cell]:
    """The cells that hold a clue; ClueFilter(proposed_…, …, decided=True) finds what is in one.

    Raises Forbidden.
    """
    require(principal, Action.READ_STATS)
    proposed, decided = triages.c[head].label("proposed"), clues.c[head].label("decided")
    query = reviewed(scope).add_columns(proposed, decided, func.count().label("number"))
    found = connection.execute(query.group_by(proposed, decided).order_by(proposed, decided))
    return [Cell(row.proposed, row.decided, row.number) for row in found]


def critical_recall(
    connection: Connection, principal: Principal, scope: Scope, most: int = 200
) -> CriticalRecall:
    """With the ids of at most ``most`` misses, the newest first. Raises Forbidden."""
    require(principal, Action.READ_STATS)
    critical = reviewed(scope).where(clues.c.urgency == "critical")
    raised = critical.where(triages.c.alarm.is_(True)).add_columns(func.count())
    missed = critical.where(triages.c.alarm.is_(False)).add_columns(clues.c.clue_id)
    caught = connection.execute(raised).scalar_one()
    lost = connection.execute(missed.order_by(clues.c.received_at.desc())).scalars().all()
    return CriticalRecall(share(caught, caught + len(lost)), tuple(lost[:most]))


def agreement(connection: Connection, principal: Principal, scope: Scope) -> list[Agreement]:
    """Of clues that two people labelled: the first labels of each of them, compared. What was
    taken back does not count.

    Raises Forbidden.
    """
    require(principal, Action.READ_STATS)
    r = reviews.c
    several = (
        select(r.clue_id)
        .where(r.act.in_(("confirm", "correct")))
        .group_by(r.clue_id)
        .having(func.count(r.actor.distinct()) > 1)
    )
    query = (
        select(r.clue_id, r.act, r.actor, r.module, r.urgency, r.function)
        .join(clues, and_(clues.c.clue_id == r.clue_id, *in_scope(scope)))
        .where(r.clue_id.in_(several))
        .order_by(r.clue_id, r.version)
    )
    labels: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for clue_id, history in groupby(connection.execute(query), lambda row: row.clue_id):
        for row in effective(tuple(history)):
            if row.act in ("confirm", "correct"):
                labels[clue_id].setdefault(row.actor, (row.module, row.urgency, row.function))
    pairs = [tuple(by.values())[:2] for by in labels.values() if len(by) > 1]
    return [
        _agreement(head, [(first[index], second[index]) for first, second in pairs])
        for index, head in enumerate(HEADS)
    ]


def _agreement(head: Head, pairs: Sequence[tuple[str, str]]) -> Agreement:
    equal = sum(first == second for first, second in pairs)
    return Agreement(head, share(equal, len(pairs)), _kappa(pairs, equal))


def _kappa(pairs: Sequence[tuple[str, str]], equal: int) -> float | None:
    """Cohen 1960; undefined where chance alone would agree always."""
    total = len(pairs)
    if not total:
        return None
    firsts, seconds = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(firsts[label] * seconds[label] for label in firsts) / total**2
    return None if by_chance == 1 else (equal / total - by_chance) / (1 - by_chance)
