"""Near-copies of a clue, with what people decided about them; never merged, only shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from serving.access.policy import Action, Principal, require
from serving.queries.clue_detail import Labels, labels_of
from serving.queries.errors import UnknownClueError
from serving.queries.filters import DECIDED
from serving.storage.tables import clues, near_copies


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
    connection: Connection, principal: Principal, clue_id: str, *, limit: int = 10
) -> tuple[SimilarClue, ...]:
    """Those that people decided first, then the most alike, then the newest. What is known of a
    clue that was not compared yet (``near_copy_store.is_compared``) may be incomplete.

    Raises Forbidden, UnknownClueError.
    """
    require(principal, Action.FIND_SIMILAR)
    if not connection.execute(select(exists().where(clues.c.clue_id == clue_id))).scalar():
        raise UnknownClueError
    decided = clues.c.state.in_(DECIDED)
    rows = connection.execute(
        select(clues, near_copies.c.jaccard, near_copies.c.in_order)
        .join(near_copies, near_copies.c.other_id == clues.c.clue_id)
        .where(near_copies.c.clue_id == clue_id, clues.c.purged_at.is_(None))
        .order_by(
            decided.desc(), near_copies.c.jaccard.desc(), clues.c.received_at.desc(),
            clues.c.clue_id,
        )
        .limit(limit)
    ).all()  # fmt: skip
    return tuple(
        SimilarClue(
            clue_id=row.clue_id,
            received_at=row.received_at,
            jaccard=row.jaccard,
            in_order=row.in_order,
            state=row.state,
            decided=row.state in DECIDED,
            labels=labels_of(row),
            decided_by=row.decided_by,
            excerpt=row.text[:120],
        )
        for row in rows
    )  # fmt: skip
