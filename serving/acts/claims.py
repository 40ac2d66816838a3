"""Claims: a lease on a clue, so that two people do not work on the same one."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from serving.acts.errors import HeldByOtherError
from serving.queries.errors import UnknownClueError
from serving.storage.audit import Entry, record
from serving.storage.tables import clues, leases
from serving.viewer import Action, Viewer, require

LEASE = timedelta(minutes=15)


def claim(
    connection: Connection,
    viewer: Viewer,
    clue_id: str,
    *,
    now: datetime,
    lease: timedelta = LEASE,
) -> datetime:
    """Take or renew the lease; until when it runs. The first claim counts as the first look.

    Raises NotAllowedError, UnknownClueError, HeldByOtherError.
    """
    require(viewer, Action.REVIEW)
    query = select(clues.c.looked_at).where(clues.c.clue_id == clue_id).with_for_update()
    clue = connection.execute(query).one_or_none()
    if clue is None:
        raise UnknownClueError
    held = connection.execute(select(leases).where(leases.c.clue_id == clue_id)).one_or_none()
    if held is not None and held.until > now and held.holder != viewer.name:
        raise HeldByOtherError
    until = now + lease
    if held is None:
        connection.execute(insert(leases).values(clue_id=clue_id, holder=viewer.name, until=until))
    else:
        connection.execute(
            update(leases)
            .where(leases.c.clue_id == clue_id)
            .values(holder=viewer.name, until=until)
        )
    if clue.looked_at is None:
        connection.execute(update(clues).where(clues.c.clue_id == clue_id).values(looked_at=now))
    if held is None or held.holder != viewer.name:
        record(connection, Entry(viewer.name, "claim", f"clue:{clue_id}"), now)
    return until


def release(connection: Connection, viewer: Viewer, clue_id: str, *, now: datetime) -> None:
    """Give one's own lease back; nothing happens when there is none. Raises NotAllowedError."""
    require(viewer, Action.REVIEW)
    gone = connection.execute(
        delete(leases).where(leases.c.clue_id == clue_id, leases.c.holder == viewer.name)
    )
    if gone.rowcount:
        record(connection, Entry(viewer.name, "release", f"clue:{clue_id}"), now)
