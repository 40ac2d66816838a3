"""Claims: a lease on a clue, so that two people do not work on the same one."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from serving.access.policy import Action, Principal, require
from serving.acts.errors import HeldByOtherError
from serving.audit_chain import Act
from serving.queries.errors import UnknownClueError
from serving.queries.leases import LEASE, running
from serving.storage.audit import record
from serving.storage.tables import clues, leases


def claim(connection: Connection, principal: Principal, clue_id: str, *, now: datetime) -> datetime:
    """Take or renew the lease; until when it runs. The first claim counts as the first look.

    Raises Forbidden, UnknownClueError, HeldByOtherError.
    """
    require(principal, Action.CLAIM)
    query = select(clues.c.looked_at).where(clues.c.clue_id == clue_id).with_for_update()
    clue = connection.execute(query).one_or_none()
    if clue is None:
        raise UnknownClueError
    held = connection.execute(
        select(leases.c.holder, running(now).label("running")).where(leases.c.clue_id == clue_id)
    ).one_or_none()
    if held is not None and held.running and held.holder != principal.name:
        raise HeldByOtherError
    until = now + LEASE
    if held is None:
        connection.execute(
            insert(leases).values(clue_id=clue_id, holder=principal.name, until=until)
        )
    else:
        connection.execute(
            update(leases)
            .where(leases.c.clue_id == clue_id)
            .values(holder=principal.name, until=until)
        )
    if clue.looked_at is None:
        connection.execute(update(clues).where(clues.c.clue_id == clue_id).values(looked_at=now))
    if held is None or held.holder != principal.name:
        record(connection, Act(principal.name, "claim", f"clue:{clue_id}"), now)
    return until


def release(connection: Connection, principal: Principal, clue_id: str, *, now: datetime) -> None:
    """Give one's own lease back; nothing happens when there is none. Raises Forbidden."""
    require(principal, Action.CLAIM)
    gone = connection.execute(
        delete(leases).where(leases.c.clue_id == clue_id, leases.c.holder == principal.name)
    )
    if gone.rowcount:
        record(connection, Act(principal.name, "release", f"clue:{clue_id}"), now)
