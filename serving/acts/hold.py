"""Keeping a clue back from the purge, whatever its age, until that mark is taken off again."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from serving.access.policy import Action, Principal, require
from serving.acts.errors import InvalidReviewError
from serving.acts.reasons import HOLD_REASONS, RELEASE_REASONS, check_reason
from serving.audit_chain import Act
from serving.queries.errors import UnknownClueError
from serving.storage.audit import record
from serving.storage.tables import clues


def hold(
    connection: Connection, principal: Principal, clue_id: str, reason: str, *, now: datetime
) -> bool:
    """Put on hold; False when it already is, then nothing is recorded.

    Raises Forbidden, InvalidReviewError (no such reason, or nothing left to keep),
    UnknownClueError.
    """
    check_reason(reason, HOLD_REASONS)
    return _mark(connection, principal, clue_id, Act(principal.name, "hold.set",
                 f"clue:{clue_id}", reason=reason), on_hold=True, now=now)  # fmt: skip


def release(
    connection: Connection, principal: Principal, clue_id: str, reason: str, *, now: datetime
) -> bool:
    """Take the hold off; False when there is none, then nothing is recorded.

    Raises Forbidden, InvalidReviewError (no such reason), UnknownClueError.
    """
    check_reason(reason, RELEASE_REASONS)
    return _mark(connection, principal, clue_id, Act(principal.name, "hold.release",
                 f"clue:{clue_id}", reason=reason), on_hold=False, now=now)  # fmt: skip


def _mark(
    connection: Connection, principal: Principal, clue_id: str, act: Act, *, on_hold: bool,
    now: datetime,
) -> bool:  # fmt: skip
    """Who may erase may also say what is not to be erased."""
    require(principal, Action.PURGE)
    mine = clues.c.clue_id == clue_id
    query = select(clues.c.on_hold, clues.c.purged_at).where(mine).with_for_update()
    clue = connection.execute(query).one_or_none()
    if clue is None:
        raise UnknownClueError
    if on_hold and clue.purged_at is not None:
        raise InvalidReviewError("这件线索已经到期清除，没有可保留的内容")
    if clue.on_hold is on_hold:
        return False
    connection.execute(update(clues).where(mine).values(on_hold=on_hold))
    record(connection, act, now)
    return True
