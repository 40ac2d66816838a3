"""Reading a clue as it was sent: a right, a reason, and a row in the audit, in that order."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from serving.access.policy import Action, Principal, require
from serving.acts.errors import OriginalErasedError
from serving.acts.reasons import UNMASK_REASONS, check_reason
from serving.arrival.masking import mask_texts
from serving.arrival.rows import WHOLE
from serving.audit_chain import Act
from serving.queries.errors import UnknownClueError
from serving.storage.audit import record
from serving.storage.tables import clues

Open = Callable[[bytes, str], str]
"""Sealed content and the clue's id → the content."""


@dataclass(frozen=True, slots=True)
class WholeClue:
    """The texts as they were sent. ``names_covered``: names of minors and informants still are."""

    clue_id: str
    text: str
    title: str | None
    location: str | None
    channel: str | None
    names_covered: bool


def unmask(
    connection: Connection,
    principal: Principal,
    clue_id: str,
    reason: str,
    unseal: Open,
    *,
    now: datetime,
) -> WholeClue:
    """The whole clue, and its row in the audit; without the row there is no text.

    Raises Forbidden, InvalidReviewError (no such reason), UnknownClueError, OriginalErasedError,
    CannotUnseal.
    """
    require(principal, Action.UNMASK)
    check_reason(reason, UNMASK_REASONS)
    row = connection.execute(select(clues.c.sealed).where(clues.c.clue_id == clue_id)).first()
    if row is None:
        raise UnknownClueError
    if row.sealed is None:
        raise OriginalErasedError
    whole = json.loads(unseal(bytes(row.sealed), clue_id))
    texts: list[str | None] = [whole[name] for name in WHOLE]
    covered = not principal.may(Action.UNMASK_PROTECTED)
    if covered:
        texts = mask_texts(texts, protected_only=True)
    facts = {"names_covered": covered}
    record(connection, Act(principal.name, "unmask", f"clue:{clue_id}", reason=reason, facts=facts),
           now)  # fmt: skip
    text, title, location, channel = texts
    return WholeClue(clue_id, text or "", title, location, channel, covered)
