"""A review: one more event in a clue's history, and the clue's new standing."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from model.taxonomy import Taxonomy
from serving.access.policy import Action, Principal, require
from serving.acts.decision import Decision, check_decision
from serving.acts.errors import (
    CannotWithdrawError,
    HeldByOtherError,
    InvalidReviewError,
    StaleVersionError,
)
from serving.acts.standing import Standing, fold
from serving.acts.unmask import Open
from serving.arrival.masking import mask_texts
from serving.arrival.rows import WHOLE
from serving.audit_chain import Act as AuditAct
from serving.audit_chain import Fact
from serving.queries.acts_in_force import effective
from serving.queries.clue_detail import Labels, ReviewEvent, review_history
from serving.queries.clue_list import codes
from serving.queries.errors import UnknownClueError
from serving.queries.leases import running
from serving.storage.audit import record
from serving.storage.tables import clues, leases, reviews, triages
from serving.webhooks.outbox import Notice, cancel, post


def review(
    connection: Connection,
    principal: Principal,
    clue_id: str,
    expected_version: int,
    decision: Decision,
    taxonomy: Taxonomy,
    unseal: Open,
    *,
    now: datetime,
    undo: timedelta,
) -> int:
    """Store a decision on the version that ``principal`` has read; the clue's new version.

    Within ``undo`` they may take it back; the intake system hears of it only after that. What the
    clue as it was sent tells to be a name, ``unseal`` opening it, is covered in the note, too.
    Raises Forbidden, UnknownClueError, StaleVersionError, HeldByOtherError,
    InvalidReviewError, CannotWithdrawError, CannotUnseal.
    """
    require(principal, Action.SECOND_LOOK if decision.act == "second_look" else Action.REVIEW)
    check_decision(decision, taxonomy)
    clue = _locked(connection, clue_id)
    if clue.version != expected_version:
        raise StaleVersionError
    if clue.purged_at is not None:
        raise InvalidReviewError("这件线索的内容已按保存期限清除，不能再处理")
    _refuse_held(connection, principal, clue_id, now)
    history = review_history(connection, principal, clue_id)
    proposal = _proposal(connection, clue_id)
    if decision.act == "withdraw":
        _check_withdrawal(connection, principal, clue_id, history, now, undo)
    note = _masked(decision.note, clue, unseal)
    event = _event(principal, replace(decision, note=note), clue, fold(proposal, history), now)
    standing = fold(proposal, (*history, event))
    connection.execute(insert(reviews).values(_row(clue_id, event)))
    _stand(connection, clue, standing, event, taxonomy)
    connection.execute(delete(leases).where(leases.c.clue_id == clue_id))
    post(connection, Notice(clue_id, event.version, event.act, standing), now=now, delay=undo)
    entry = AuditAct(principal.name, f"review.{event.act}", f"clue:{clue_id}",
                  reason=decision.reason or "", facts=_facts(event, standing))  # fmt: skip
    record(connection, entry, now)
    return event.version


def _facts(event: ReviewEvent, standing: Standing) -> dict[str, Fact]:
    labels = _label_columns(standing.labels)
    secondary = "+".join(standing.labels.secondary_modules)
    return {"version": event.version, "state": standing.state, **labels,
            "secondary_modules": secondary}  # fmt: skip


def _locked(connection: Connection, clue_id: str) -> Row[Any]:
    query = select(clues).where(clues.c.clue_id == clue_id).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UnknownClueError
    return row


def _refuse_held(connection: Connection, principal: Principal, clue_id: str, now: datetime) -> None:
    holder = connection.execute(
        select(leases.c.holder).where(leases.c.clue_id == clue_id, running(now))
    ).scalar()
    if holder not in (None, principal.name):
        raise HeldByOtherError


def _proposal(connection: Connection, clue_id: str) -> Labels:
    t = triages.c
    row = connection.execute(
        select(t.module, t.urgency, t.function, t.procuratorate, t.secondary_modules)
        .where(t.clue_id == clue_id, t.role == "champion")
        .order_by(t.triage_id)
        .limit(1)
    ).one()
    return Labels(row.module, codes(row.secondary_modules), row.urgency, row.function,
                  row.procuratorate)  # fmt: skip


def _check_withdrawal(
    connection: Connection,
    principal: Principal,
    clue_id: str,
    history: tuple[ReviewEvent, ...],
    now: datetime,
    undo: timedelta,
) -> None:
    standing = effective(history)
    if not standing or history[-1].act == "withdraw" or standing[-1].actor != principal.name:
        raise CannotWithdrawError("没有可以撤销的操作：只能撤销自己刚作的一次")
    if now - standing[-1].at > undo or not cancel(connection, clue_id, standing[-1].version):
        raise CannotWithdrawError("已经通知接入系统，不能撤销；请重新作出决定")


def _event(
    principal: Principal, decision: Decision, clue: Row[Any], before: Standing, now: datetime
) -> ReviewEvent:
    labels = before.labels if decision.act == "confirm" else decision.labels
    return ReviewEvent(
        version=clue.version + 1,
        act=decision.act,
        actor=principal.name,
        at=now,
        labels=labels,
        reason=decision.reason,
        note=decision.note,
        model_version=clue.model_version,
    )


def _masked(note: str | None, clue: Row[Any], unseal: Open) -> str | None:
    """Read beside the clue: a bare 已与王芳核实 does not say that she is the informant. Beside
    what is left of it, when the original is erased."""
    if not note:
        return note
    if clue.sealed is None:
        texts: list[str | None] = [getattr(clue, name) for name in WHOLE]
    else:
        whole = json.loads(unseal(bytes(clue.sealed), clue.clue_id))
        texts = [whole[name] for name in WHOLE]
    return mask_texts((*texts, note))[-1]


def _row(clue_id: str, event: ReviewEvent) -> dict[str, Any]:
    labels = event.labels
    return {
        "clue_id": clue_id,
        "version": event.version,
        "act": event.act,
        "actor": event.actor,
        "at": event.at,
        "reason": event.reason,
        "note": event.note,
        "model_version": event.model_version,
        **({} if labels is None else _label_columns(labels)),
    }


def _label_columns(labels: Labels) -> dict[str, str]:
    return {
        "module": labels.module,
        "secondary_modules": ";".join(labels.secondary_modules),
        "urgency": labels.urgency,
        "function": labels.function,
        "procuratorate": labels.procuratorate,
    }


def _stand(
    connection: Connection,
    clue: Row[Any],
    standing: Standing,
    event: ReviewEvent,
    taxonomy: Taxonomy,
) -> None:
    values = {
        "state": standing.state,
        "version": event.version,
        "open": standing.open,
        "rank": _rank(clue, standing, taxonomy),
        "decided_at": standing.decided_at,
        "decided_by": standing.decided_by,
        "decided_version": standing.decided_version,
        "looked_at": clue.looked_at or event.at,
        **_label_columns(standing.labels),
    }
    connection.execute(update(clues).where(clues.c.clue_id == clue.clue_id).values(values))


def _rank(clue: Row[Any], standing: Standing, taxonomy: Taxonomy) -> int:
    """A person's word on the urgency ends the alarm; until then the alarm ranks."""
    alarming = clue.alarm and standing.decided_version is None
    return taxonomy.urgency_by_code["critical" if alarming else standing.labels.urgency].rank
