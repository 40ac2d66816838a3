"""Near-copies of a clue, with what people decided about them; never merged, only shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from model.similarity import bigrams, compare, signature
from serving.access.policy import Action, Principal, require
from serving.arrival.masking import folded
from serving.queries.clue_detail import Labels
from serving.queries.clue_list import codes
from serving.queries.errors import UnknownClueError
from serving.queries.filters import DECIDED
from serving.similar.index import SimilarIndex
from serving.storage.tables import clues, signatures

_LOOKED_AT = 50
"""Candidates that are compared exactly at most."""


@dataclass(frozen=True, slots=True)
class SimilarClue:
    """``jaccard``: share of common character bigrams; ``in_order``: of characters in the same
    order; 0–1. ``decided``: the labels are a person's, and a stronger hint than any model's."""

    clue_id: str
    received_at: datetime
    jaccard: float
    in_order: float
    state: str
    decided: bool
    labels: Labels
    decided_by: str | None
    excerpt: str


def similar_clues(
    connection: Connection,
    principal: Principal,
    index: SimilarIndex,
    clue_id: str,
    *,
    limit: int = 10,
) -> tuple[SimilarClue, ...]:
    """Those that people decided first, then the most alike. ``index`` has caught up.

    Raises Forbidden, UnknownClueError.
    """
    require(principal, Action.FIND_SIMILAR)
    text = connection.execute(select(clues.c.text).where(clues.c.clue_id == clue_id)).scalar()
    if text is None:
        raise UnknownClueError
    own = folded(text)
    found = index.query(signature(bigrams(own)), limit=_LOOKED_AT)
    rows = _rows(connection, [candidate.number for candidate in found], clue_id)
    near = [item for row in rows if (item := _compared(own, row)) is not None]
    return tuple(sorted(near, key=lambda item: (not item.decided, -item.jaccard))[:limit])


def _rows(connection: Connection, numbers: Sequence[int], without: str) -> Sequence[Any]:
    return connection.execute(
        select(clues)
        .join(signatures, signatures.c.clue_id == clues.c.clue_id)
        .where(
            signatures.c.number.in_(numbers),
            clues.c.clue_id != without,
            clues.c.purged_at.is_(None),
        )
    ).all()


def _compared(own: str, row: Any) -> SimilarClue | None:
    likeness = compare(own, folded(row.text))
    if not likeness.is_near_copy:
        return None
    return SimilarClue(
        clue_id=row.clue_id,
        received_at=row.received_at,
        jaccard=round(likeness.jaccard, 3),
        in_order=round(likeness.in_order, 3),
        state=row.state,
        decided=row.state in DECIDED,
        labels=Labels(
            row.module, codes(row.secondary_modules), row.urgency, row.function, row.procuratorate
        ),
        decided_by=row.decided_by,
        excerpt=row.text[:120],
    )
