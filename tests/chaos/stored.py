"""What is in the database after a fault, and how the figures are told."""

import json
import sqlite3
from typing import Any

from sqlalchemy import text

from serving.storage.audit import verify
from serving.storage.database import Database

Figures = dict[str, Any]


def state_of(url: str) -> Figures:
    """``ids`` of the clues, ``halves`` stored without triage or signature, and ``integrity``."""
    database = Database(url)
    with database.read() as connection:
        ids = set(connection.execute(text("SELECT clue_id FROM clues")).scalars())
        halves = connection.execute(
            text(
                "SELECT count(*) FROM clues c LEFT JOIN triages t ON t.clue_id = c.clue_id "
                "LEFT JOIN signatures s ON s.clue_id = c.clue_id "
                "WHERE t.clue_id IS NULL OR s.clue_id IS NULL"
            )
        ).scalar()
        chain = verify(connection)
    integrity = "ok"
    if database.is_sqlite:
        with sqlite3.connect(str(database.url.database)) as raw:
            integrity = raw.execute("PRAGMA integrity_check").fetchone()[0]
    if chain.broken_at is not None:
        integrity = "audit chain broken"
    database.close()
    return {"ids": ids, "halves": halves, "integrity": integrity}


def tell(name: str, figures: Figures) -> bool:
    """Print the figures; whether all is well."""
    print(json.dumps({"fault": name, **figures}, ensure_ascii=False))  # noqa: T201
    return bool(figures["ok"])
