"""A clue that somebody still needs is kept from the purge, and who asked for it is on record."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from model.triager import Triager
from serving.access.errors import Forbidden
from serving.acts.decision import Decision
from serving.acts.errors import InvalidReviewError
from serving.acts.hold import hold, release
from serving.acts.purge import due, purge
from serving.acts.review import review
from serving.queries.errors import UnknownClueError
from serving.retention import RetentionRule, RetentionRules
from serving.storage.arrivals import store
from serving.storage.audit_tables import audit
from serving.storage.database import Database
from tests.serving.arrivals import NOW, arriving, opened
from tests.serving.people import JIA, NOBODY

LATER = NOW + timedelta(days=5000)


def _confirmed(connection: Connection, triager: Triager) -> None:
    store(connection, [arriving(triager, "LJ-1")])
    review(connection, JIA, "LJ-1", 0, Decision("confirm"), triager.taxonomy, opened, now=NOW,
           undo=timedelta())  # fmt: skip


def _purge(connection: Connection, triager: Triager) -> int:
    rule = RetentionRule(counted_from="decided", original_days=30, days=365, legal_basis="测试")
    rules = RetentionRules(version="1", modules={m.code: rule for m in triager.taxonomy.modules})
    found = list(due(connection, rules, LATER.date()))
    purge(connection, JIA, found, now=LATER)
    return len(found)


def _holds(connection: Connection) -> list[tuple[str, str, str]]:
    query = select(audit.c.action, audit.c.subject, audit.c.reason).order_by(audit.c.number)
    return [tuple(row) for row in connection.execute(query.where(audit.c.action.like("hold.%")))]


def test_what_is_on_hold_goes_only_after_its_release(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        _confirmed(connection, triager)
        hold(connection, JIA, "LJ-1", "case_pending", now=NOW)
        assert _purge(connection, triager) == 0
        release(connection, JIA, "LJ-1", "matter_closed", now=NOW)
        assert _purge(connection, triager) == 1


def test_each_change_is_recorded_once_with_its_reason(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        _confirmed(connection, triager)
        for act, reason in ((hold, "litigation"), (release, "matter_closed")):
            assert act(connection, JIA, "LJ-1", reason, now=NOW)
            assert not act(connection, JIA, "LJ-1", reason, now=NOW)
        assert _holds(connection) == [
            ("hold.set", "clue:LJ-1", "litigation"),
            ("hold.release", "clue:LJ-1", "matter_closed"),
        ]


def test_an_unknown_clue_is_told(database: Database) -> None:
    with database.write() as connection, pytest.raises(UnknownClueError, match="没有这个编号"):
        hold(connection, JIA, "LJ-404", "litigation", now=NOW)


@pytest.mark.parametrize("act", [hold, release])
def test_a_reason_is_one_of_those_agreed_on(database: Database, act: type) -> None:
    with database.write() as connection, pytest.raises(InvalidReviewError, match="可用："):
        act(connection, JIA, "LJ-1", "因为要用", now=NOW)


def test_what_is_erased_already_cannot_be_kept(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        _confirmed(connection, triager)
        _purge(connection, triager)
        with pytest.raises(InvalidReviewError, match="已经到期清除"):
            hold(connection, JIA, "LJ-1", "litigation", now=LATER)


def test_only_who_may_erase_may_keep(database: Database) -> None:
    with database.write() as connection, pytest.raises(Forbidden):
        hold(connection, NOBODY, "LJ-1", "litigation", now=NOW)
