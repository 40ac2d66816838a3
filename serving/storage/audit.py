"""The audit chain in the database: added to in the transaction of the act itself."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from serving.audit_chain import START, Act, Link, append, fitting
from serving.storage.audit_tables import audit, audit_head

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """``broken_at`` is the number of the first row that does not fit; None: the chain is whole.

    ``rows`` and ``head`` are those of the part that fits.
    """

    rows: int
    head: str
    broken_at: int | None


def record(connection: Connection, act: Act, now: datetime | None = None) -> None:
    """Add an act to the chain, in the caller's transaction: no act without its row.

    The head row is locked until the commit, so two workers never continue from the same row.
    """
    head = connection.execute(select(audit_head).with_for_update()).one()
    link = append(act, head.number + 1, now or datetime.now(UTC), head.hash)
    connection.execute(insert(audit).values(asdict(link)))
    connection.execute(update(audit_head).values(number=link.number, hash=link.hash))


def verify(connection: Connection) -> Verdict:
    """Walk the whole chain up to its present head; it may grow meanwhile."""
    head = connection.execute(select(audit_head)).one()
    number, previous = 0, START
    for link in fitting(_links(connection, head.number)):
        number, previous = link.number, link.hash
    whole = number == head.number and previous == head.hash
    return Verdict(number, previous, None if whole else number + 1)


def _links(connection: Connection, until: int) -> Iterator[Link]:
    """Rows in order, page by page."""
    after = 0
    while True:
        page = connection.execute(
            select(audit)
            .where(audit.c.number > after, audit.c.number <= until)
            .order_by(audit.c.number)
            .limit(_PAGE)
        ).all()
        yield from (Link(**row._asdict()) for row in page)
        if len(page) < _PAGE:
            return
        after = page[-1].number
