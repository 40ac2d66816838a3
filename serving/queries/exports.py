"""What analysts take home: decided clues and all answers, row by row, masked."""

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import ColumnElement, column, select, table, tuple_

from serving.access.policy import Action, Principal, require
from serving.storage.database import Database

_PAGE = 1000
View = Literal["labelled_clues", "answers"]

_COLUMNS: dict[View, tuple[str, ...]] = {
    "labelled_clues": (
        "clue_id", "title", "text", "channel", "location", "submitted_at", "module",
        "secondary_modules", "urgency", "function", "source", "labeller", "labelled_at", "note",
    ),
    "answers": (
        "clue_id", "answered_at", "model_version", "role", "module", "module_confidence",
        "urgency", "urgency_confidence", "function", "function_confidence", "needs_review",
        "alarm", "reasons", "text",
    ),
}  # fmt: skip

_KEYS: dict[View, tuple[str, ...]] = {
    "labelled_clues": ("clue_id",),
    "answers": ("clue_id", "role", "model_version"),
}


def export(database: Database, principal: Principal, view: View) -> Iterator[dict[str, Any]]:
    """Rows of a view in order of their keys, as many as there are; nothing is held in memory.

    Each page is read for itself, so a slow reader keeps no transaction open. Raises
    Forbidden at once, StorageUnavailableError when the database goes away meanwhile.
    """
    require(principal, Action.EXPORT)
    return _rows(database, view)


def _rows(database: Database, view: View) -> Iterator[dict[str, Any]]:
    columns: list[ColumnElement[Any]] = [column(name) for name in _COLUMNS[view]]
    keys: list[ColumnElement[Any]] = [column(name) for name in _KEYS[view]]
    query = select(*columns).select_from(table(view)).order_by(*keys).limit(_PAGE)
    after: tuple[Any, ...] | None = None
    while True:
        page = query if after is None else query.where(tuple_(*keys) > tuple_(*after))
        with database.read() as connection:
            rows = [row._asdict() for row in connection.execute(page)]
        yield from rows
        if len(rows) < _PAGE:
            return
        after = tuple(rows[-1][name] for name in _KEYS[view])
