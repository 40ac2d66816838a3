"""Who works on a clue just now."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement

from serving.storage.tables import leases

LEASE = timedelta(minutes=15)


def running(now: datetime) -> ColumnElement[bool]:
    """Leases in force. One that ends twice as far ahead as any may was given by a clock that has
    been set right since; it would keep others out for hours."""
    return leases.c.until.between(now + timedelta(microseconds=1), now + 2 * LEASE)
