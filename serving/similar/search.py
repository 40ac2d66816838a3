"""Near-copies of a stored clue: candidates from the index, confirmed character by character."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from model.similarity import bigrams, compare, signature
from serving.arrival.masking import folded
from serving.queries.filters import DECIDED
from serving.similar.index import SimilarIndex
from serving.storage.tables import clues, signatures

_LOOKED_AT = 50
"""Candidates that are compared exactly at most."""

_KEPT = 20
"""Near-copies of one clue at most: of a form letter sent ten thousand times a few tell enough."""


@dataclass(frozen=True, slots=True)
class NearCopy:
    """``jaccard``: share of common character bigrams; ``in_order``: of characters in the same
    order; 0–1."""

    clue_id: str
    jaccard: float
    in_order: float


def near_copies(
    connection: Connection, index: SimilarIndex, clue_id: str, most: int
) -> tuple[NearCopy, ...]:
    """At most so many: those that people decided first, then by the estimate the most alike, then
    the oldest, on which people will decide first; none for a clue that is not there or was erased.
    ``index`` has caught up.

    What can be read is masked, and so is what is compared: the names in a letter do not tell it
    from its copies.
    """
    text = connection.execute(select(clues.c.text).where(clues.c.clue_id == clue_id)).scalar()
    if not text:
        return ()
    own = folded(text)
    candidates = index.query(signature(bigrams(own)), limit=_LOOKED_AT)
    promising = {candidate.number: place for place, candidate in enumerate(candidates)}
    rows = _rows(connection, list(promising), clue_id)
    rows.sort(key=lambda row: (row.state not in DECIDED, promising[row.number]))
    confirmed = (copy for row in rows if (copy := _compared(own, row)) is not None)
    return tuple(islice(confirmed, most))


def _rows(connection: Connection, numbers: Sequence[int], without: str) -> list[Any]:
    found = connection.execute(
        select(signatures.c.number, clues.c.clue_id, clues.c.text, clues.c.state)
        .join(signatures, signatures.c.clue_id == clues.c.clue_id)
        .where(
            signatures.c.number.in_(numbers),
            clues.c.clue_id != without,
            clues.c.purged_at.is_(None),
        )
    )
    return list(found)


def _compared(own: str, row: Any) -> NearCopy | None:
    likeness = compare(own, folded(row.text))
    if not likeness.is_near_copy:
        return None
    return NearCopy(row.clue_id, round(likeness.jaccard, 3), round(likeness.in_order, 3))
