"""The clue to open after one is settled: the first of the same list that nobody else works on."""

from datetime import datetime

from sqlalchemy import Connection

from serving.access.policy import Principal
from serving.dashboard.views.list_query import ListQuery, as_filter
from serving.queries.clue_list import work_queue

_LOOKED_THROUGH = 50


def next_clue(
    connection: Connection, principal: Principal, query: ListQuery, settled: str, now: datetime
) -> str | None:
    """Its id; None at the end of the list, or where the list is not a queue."""
    if query.view == "all":
        return None
    page = work_queue(connection, principal, as_filter(query, now), limit=_LOOKED_THROUGH, now=now)
    free = (
        line.clue_id
        for line in page.items
        if line.clue_id != settled and line.holder in (None, principal.name)
    )
    return next(free, None)
