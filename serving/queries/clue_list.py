"""Lists of clues, page by page: newest first, or in the order in which people should look.

Pages are found by key (the last row of the page before), so that they cost the same at any depth
and neither skip nor repeat a row while new clues arrive.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, func, literal, select, tuple_

from serving.access.policy import Action, Principal, require
from serving.queries.cursor import read_cursor, write_cursor
from serving.queries.errors import InvalidQueryError
from serving.queries.filters import ClueFilter, conditions
from serving.queries.leases import running
from serving.queries.near_copy_counts import near_copy_counts
from serving.storage.tables import clues, leases

MOST_PER_PAGE = 200
_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class ClueLine:
    """A clue in a list. Texts are masked; times are UTC; labels are those known now.

    ``version`` goes into If-Match. ``holder`` works on it until ``held_until``. ``similar``: so
    many near-copies are known, ``similar_decided`` of which people have decided.
    """

    clue_id: str
    received_at: datetime
    submitted_at: datetime | None
    channel: str | None
    title: str | None
    excerpt: str
    state: str
    version: int
    module: str
    secondary_modules: tuple[str, ...]
    urgency: str
    function: str
    procuratorate: str
    needs_review: bool
    alarm: bool
    reasons: tuple[str, ...]
    certainty: float
    first_look_by: datetime
    looked_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    model_version: str
    holder: str | None
    held_until: datetime | None
    similar: int
    similar_decided: int


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` continues after this page; None at the end."""

    items: tuple[ClueLine, ...]
    next: str | None


def list_clues(
    connection: Connection,
    principal: Principal,
    wanted: ClueFilter,
    *,
    limit: int = 50,
    after: str | None = None,
    now: datetime,
) -> Page:
    """Newest first. Raises Forbidden, InvalidQueryError."""
    require(principal, Action.READ_CLUES)
    query = _lines(wanted, now).order_by(clues.c.received_at.desc(), clues.c.clue_id.desc())
    if after is not None:
        moment, clue_id = read_cursor(after, (datetime, str))
        keys = tuple_(clues.c.received_at, clues.c.clue_id)
        query = query.where(
            keys < _tuple((clues.c.received_at, moment), (clues.c.clue_id, clue_id))
        )
    lines, more = _page(connection, query, limit)
    last = write_cursor((lines[-1].received_at, lines[-1].clue_id)) if more else None
    return Page(lines, last)


_QUEUE = (clues.c.rank, clues.c.first_look_by, clues.c.certainty, clues.c.clue_id)


def work_queue(
    connection: Connection,
    principal: Principal,
    wanted: ClueFilter,
    *,
    limit: int = 50,
    after: str | None = None,
    now: datetime,
) -> Page:
    """Open clues by urgency, time left to the deadline, then what the model is least sure of.

    Raises Forbidden, InvalidQueryError.
    """
    require(principal, Action.READ_CLUES)
    query = _lines(wanted, now).where(clues.c.open.is_(True)).order_by(*_QUEUE)
    if after is not None:
        position = read_cursor(after, (int, datetime, float, str))
        query = query.where(tuple_(*_QUEUE) > _tuple(*zip(_QUEUE, position, strict=True)))
    query = query.add_columns(clues.c.rank)
    lines, more, ranks = _ranked(connection, query, limit)
    if not more:
        return Page(lines, None)
    end = lines[-1]
    return Page(lines, write_cursor((ranks[-1], end.first_look_by, end.certainty, end.clue_id)))


def count_clues(connection: Connection, principal: Principal, wanted: ClueFilter) -> int:
    """How many clues the list with this filter holds. Raises Forbidden."""
    require(principal, Action.READ_CLUES)
    query = select(func.count()).select_from(clues).where(*conditions(wanted))
    return connection.execute(query).scalar_one()


def list_state(
    connection: Connection, principal: Principal, wanted: ClueFilter
) -> tuple[object, ...]:
    """Differs as soon as a clue comes into the list, leaves it or is acted on, even if another
    takes its place. Raises Forbidden."""
    require(principal, Action.READ_CLUES)
    c = clues.c
    state = select(func.count(), func.max(c.received_at), func.sum(c.version))
    return tuple(connection.execute(state.where(*conditions(wanted))).one())


COUNTABLE = frozenset(
    {"module", "urgency", "function", "procuratorate", "state", "channel", "model_version",
     "needs_review", "alarm", "open"}
)  # fmt: skip


def count_by(
    connection: Connection, principal: Principal, wanted: ClueFilter, column: str
) -> dict[str | bool | None, int]:
    """The same count split by a column of COUNTABLE, most first; the parts add up to the whole.

    Raises Forbidden, InvalidQueryError.
    """
    require(principal, Action.READ_CLUES)
    if column not in COUNTABLE:
        raise InvalidQueryError(f"不能按这一项计数，可用：{'、'.join(sorted(COUNTABLE))}")
    number = func.count().label("number")
    query = select(clues.c[column], number).where(*conditions(wanted)).group_by(clues.c[column])
    found = connection.execute(query.order_by(number.desc(), clues.c[column])).all()
    return {row[0]: row.number for row in found}


def _lines(wanted: ClueFilter, now: datetime) -> Select[tuple[object, ...]]:
    held = and_(leases.c.clue_id == clues.c.clue_id, running(now))
    c = clues.c
    columns = (
        c.clue_id, c.received_at, c.submitted_at, c.channel, c.title,
        func.substr(c.text, 1, _EXCERPT).label("excerpt"), c.state, c.version, c.module,
        c.secondary_modules, c.urgency, c.function, c.procuratorate, c.needs_review, c.alarm,
        c.reasons, c.certainty, c.first_look_by, c.looked_at, c.decided_at, c.decided_by,
        c.model_version, leases.c.holder, leases.c.until.label("held_until"),
    )  # fmt: skip
    return select(*columns).outerjoin_from(clues, leases, held).where(*conditions(wanted))


def _tuple(*pairs: tuple[object, object]) -> object:
    return tuple_(*(literal(value, column.type) for column, value in pairs))  # type: ignore[attr-defined]


def _page(
    connection: Connection, query: Select[tuple[object, ...]], limit: int
) -> tuple[tuple[ClueLine, ...], bool]:
    lines, more, _ = _ranked(connection, query.add_columns(clues.c.rank), limit)
    return lines, more


def _ranked(
    connection: Connection, query: Select[tuple[object, ...]], limit: int
) -> tuple[tuple[ClueLine, ...], bool, tuple[int, ...]]:
    """One row more than asked tells whether there is a next page."""
    if not 1 <= limit <= MOST_PER_PAGE:
        raise InvalidQueryError(f"limit 应在 1–{MOST_PER_PAGE} 之间")
    found = connection.execute(query.limit(limit + 1)).all()
    rows = [row._asdict() for row in found[:limit]]
    ranks = tuple(int(row.pop("rank")) for row in rows)
    similar = near_copy_counts(connection, [row["clue_id"] for row in rows])
    lines = tuple(_line(row, *similar.get(row["clue_id"], (0, 0))) for row in rows)
    return lines, len(found) > limit, ranks


def _line(row: dict[str, object], similar: int, decided: int) -> ClueLine:
    joined = {name: codes(row[name]) for name in _JOINED}
    return ClueLine(**{**row, **joined, "similar": similar, "similar_decided": decided})  # type: ignore[arg-type]


_JOINED = ("secondary_modules", "reasons")


def codes(joined: object) -> tuple[str, ...]:
    """Codes as they are stored, joined by ";"."""
    return tuple(part for part in str(joined or "").split(";") if part)
