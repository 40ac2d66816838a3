"""How many near-copies are known of each clue, and how many of those people decided."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, case, func, select

from serving.queries.filters import DECIDED
from serving.storage.tables import clues, near_copies


def near_copy_counts(
    connection: Connection, clue_ids: Collection[str]
) -> Mapping[str, tuple[int, int]]:
    """By clue: all, decided. Nothing for a clue without any."""
    decided = func.sum(case((clues.c.state.in_(DECIDED), 1), else_=0))
    counted = connection.execute(
        select(near_copies.c.clue_id, func.count(), decided)
        .join(clues, clues.c.clue_id == near_copies.c.other_id)
        .where(near_copies.c.clue_id.in_(clue_ids))
        .group_by(near_copies.c.clue_id)
    )
    return {clue_id: (int(every), int(some)) for clue_id, every, some in counted}
