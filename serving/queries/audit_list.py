"""The audit chain, page by page, the latest first."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from serving.access.policy import Action, Principal, require
from serving.audit_chain import Link
from serving.queries.errors import InvalidQueryError
from serving.storage.audit_tables import audit

MOST_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """``action`` is a code or, ending in a dot, the beginning of several; None leaves open."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None


def list_audit(
    connection: Connection, principal: Principal, wanted: AuditFilter, *, limit: int = 50,
    before: int | None = None,
) -> list[Link]:  # fmt: skip
    """Rows with a number below ``before``. Raises Forbidden, InvalidQueryError."""
    require(principal, Action.READ_AUDIT)
    if not 1 <= limit <= MOST_PER_PAGE:
        raise InvalidQueryError(f"limit 应在 1–{MOST_PER_PAGE} 之间")
    query = select(audit).where(*_conditions(wanted)).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(audit.c.number < before)
    return [Link(**row._asdict()) for row in connection.execute(query)]


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor:
        found.append(audit.c.actor == wanted.actor)
    if wanted.subject:
        found.append(audit.c.subject == wanted.subject)
    if wanted.action:
        begins = wanted.action.endswith(".")
        found.append(
            audit.c.action.startswith(wanted.action, autoescape=True)
            if begins
            else audit.c.action == wanted.action
        )
    return found
