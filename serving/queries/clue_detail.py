"""One clue with all that is known of it, masked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pydantic_core
from sqlalchemy import Connection, select

from serving.access.policy import Action, Principal, require
from serving.queries.clue_list import codes
from serving.queries.errors import UnknownClueError
from serving.queries.leases import running
from serving.storage.tables import clues, leases, reviews, triages


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known now: a person's decision, else the model's proposal."""

    module: str
    secondary_modules: tuple[str, ...]
    urgency: str
    function: str
    procuratorate: str


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """One act of a person on the clue; ``labels`` where it said some. The note is masked."""

    version: int
    act: str
    actor: str
    at: datetime
    labels: Labels | None
    reason: str | None
    note: str | None
    model_version: str


@dataclass(frozen=True, slots=True)
class ClueDetail:
    """``proposal`` is the model's triage as JSON values; the words of its spans are masked.

    Times are UTC. After its time has come (``purged_at``) the texts are empty.
    """

    clue_id: str
    received_at: datetime
    submitted_at: datetime | None
    channel: str | None
    title: str | None
    text: str
    location: str | None
    state: str
    version: int
    labels: Labels
    decided_at: datetime | None
    decided_by: str | None
    looked_at: datetime | None
    first_look_by: datetime
    holder: str | None
    held_until: datetime | None
    purged_at: datetime | None
    proposal: dict[str, Any]
    history: tuple[ReviewEvent, ...]


def clue_detail(
    connection: Connection, principal: Principal, clue_id: str, *, now: datetime
) -> ClueDetail:
    """Raises Forbidden, UnknownClueError."""
    require(principal, Action.READ_CLUES)
    row = connection.execute(select(clues).where(clues.c.clue_id == clue_id)).one_or_none()
    if row is None:
        raise UnknownClueError
    lease = connection.execute(
        select(leases).where(leases.c.clue_id == clue_id, running(now))
    ).one_or_none()
    return ClueDetail(
        clue_id=row.clue_id,
        received_at=row.received_at,
        submitted_at=row.submitted_at,
        channel=row.channel,
        title=row.title,
        text=row.text,
        location=row.location,
        state=row.state,
        version=row.version,
        labels=labels_of(row),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        looked_at=row.looked_at,
        first_look_by=row.first_look_by,
        holder=lease.holder if lease else None,
        held_until=lease.until if lease else None,
        purged_at=row.purged_at,
        proposal=_proposal(connection, clue_id, row.text),
        history=review_history(connection, principal, clue_id),
    )


def review_history(
    connection: Connection, principal: Principal, clue_id: str
) -> tuple[ReviewEvent, ...]:
    """What people did with the clue, in order; nothing for an unknown one.

    Raises Forbidden.
    """
    require(principal, Action.READ_CLUES)
    found = connection.execute(
        select(reviews).where(reviews.c.clue_id == clue_id).order_by(reviews.c.version)
    )
    return tuple(
        ReviewEvent(
            version=row.version,
            act=row.act,
            actor=row.actor,
            at=row.at,
            labels=None if row.module is None else labels_of(row),
            reason=row.reason,
            note=row.note,
            model_version=row.model_version,
        )
        for row in found
    )


def labels_of(row: Any) -> Labels:
    """From a row with the columns of ``clues`` or ``reviews``."""
    return Labels(
        module=row.module,
        secondary_modules=codes(row.secondary_modules),
        urgency=row.urgency,
        function=row.function,
        procuratorate=row.procuratorate,
    )


def _proposal(connection: Connection, clue_id: str, masked: str) -> dict[str, Any]:
    """The first champion's triage. Masking keeps lengths, so offsets hold in the masked text."""
    answer = connection.execute(
        select(triages.c.answer)
        .where(triages.c.clue_id == clue_id, triages.c.role == "champion")
        .order_by(triages.c.triage_id)
        .limit(1)
    ).scalar_one()
    proposal: dict[str, Any] = pydantic_core.from_json(answer)
    for span in (*proposal["evidence"], *proposal["places"]):
        span["text"] = masked[span["start"] : span["end"]]
    return proposal
