"""What has been kept long enough goes; what was decided stays, and so does the answer."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from model.triager import Triager
from serving.acts.decision import Decision
from serving.acts.errors import InvalidReviewError, OriginalErasedError
from serving.acts.hold import hold
from serving.acts.purge import due, purge
from serving.acts.review import review
from serving.acts.unmask import unmask
from serving.queries.clue_detail import clue_detail
from serving.queries.errors import UnknownClueError
from serving.retention import Part, RetentionRule, RetentionRules
from serving.storage.arrivals import Kept, store
from serving.storage.audit import verify
from serving.storage.database import Database
from tests.serving.arrivals import NOW, TEXTS, arriving, opened
from tests.serving.people import JIA

RULE = RetentionRule(counted_from="decided", original_days=30, days=365, legal_basis="测试")


def _rules(triager: Triager) -> RetentionRules:
    modules = {module.code: RULE for module in triager.taxonomy.modules}
    return RetentionRules(version="1", modules=modules)


def _purged(database: Database, triager: Triager, after_days: int) -> int:
    with database.write() as connection:
        store(connection, [arriving(triager, "old"), arriving(triager, "open", TEXTS[1])])
        review(connection, JIA, "old", 0, Decision("confirm", note="请归档"), triager.taxonomy,
               opened, now=NOW, undo=timedelta())  # fmt: skip
        today = (NOW + timedelta(days=after_days)).date()
        found = list(due(connection, _rules(triager), today))
        purge(connection, JIA, found, now=NOW + timedelta(days=after_days))
    return len(found)


def _closed(database: Database, triager: Triager, *decisions: Decision) -> None:
    """The clue "old" after these decisions, a day apart."""
    with database.write() as connection:
        store(connection, [arriving(triager, "old")])
        for version, decision in enumerate(decisions):
            review(connection, JIA, "old", version, decision, triager.taxonomy, opened,
                   now=NOW + timedelta(days=version), undo=timedelta())  # fmt: skip


def _parts_due(database: Database, triager: Triager, after_days: int) -> list[Part]:
    with database.read() as connection:
        today = (NOW + timedelta(days=after_days)).date()
        return [erasure.part for erasure in due(connection, _rules(triager), today)]


def test_nothing_goes_before_its_time(database: Database, triager: Triager) -> None:
    assert _purged(database, triager, 29) == 0


def test_first_the_original_goes_alone(database: Database, triager: Triager) -> None:
    assert _purged(database, triager, 31) == 1
    with database.read() as connection:
        row = connection.execute(text("SELECT text, sealed FROM clues WHERE clue_id = 'old'")).one()
    assert (row.text, row.sealed) == (TEXTS[0], None)


def test_an_original_that_is_gone_is_told_as_gone(database: Database, triager: Triager) -> None:
    _purged(database, triager, 31)
    with database.write() as connection:
        with pytest.raises(OriginalErasedError, match="已按保存期限清除"):
            unmask(connection, JIA, "old", "contact_sender", opened, now=NOW)
        with pytest.raises(UnknownClueError):
            unmask(connection, JIA, "never", "contact_sender", opened, now=NOW)


def test_then_every_word_goes_and_the_decision_stays(database: Database, triager: Triager) -> None:
    assert _purged(database, triager, 366) == 1
    with database.write() as connection:
        detail = clue_detail(connection, JIA, "old", now=NOW)
        assert (detail.text, detail.state, detail.history[0].note) == ("", "confirmed", None)
        assert clue_detail(connection, JIA, "open", now=NOW).text == TEXTS[1]
        assert verify(connection).broken_at is None
        again = store(connection, [arriving(triager, "old")])
    assert isinstance(again[0], Kept)
    assert again[0].earlier is not None


def test_nobody_decides_again_on_a_clue_without_a_word_left(
    database: Database, triager: Triager
) -> None:
    _purged(database, triager, 400)
    with database.write() as connection, pytest.raises(InvalidReviewError, match="按保存期限清除"):
        review(connection, JIA, "old", 1, Decision("second_look"), triager.taxonomy, opened,
               now=NOW, undo=timedelta())  # fmt: skip


def test_a_clue_that_its_sender_took_back_goes_too(database: Database, triager: Triager) -> None:
    _closed(database, triager, Decision("return", reason="withdrawn_by_sender"))
    assert _parts_due(database, triager, 29) == []
    assert _parts_due(database, triager, 30) == [Part.ORIGINAL]
    assert _parts_due(database, triager, 365) == [Part.CLUE]


def test_the_days_count_from_the_act_that_closed_it_last(
    database: Database, triager: Triager
) -> None:
    _closed(database, triager, Decision("confirm"), Decision("return", reason="not_ours"))
    assert _parts_due(database, triager, 30) == []
    assert _parts_due(database, triager, 31) == [Part.ORIGINAL]


def test_what_is_open_for_a_second_look_stays(database: Database, triager: Triager) -> None:
    _closed(database, triager, Decision("confirm"), Decision("second_look"))
    assert _parts_due(database, triager, 5000) == []


@pytest.mark.parametrize("meanwhile", ["put on hold", "opened again"])
def test_what_somebody_needs_before_it_is_erased_stays_whole(
    database: Database, triager: Triager, meanwhile: str
) -> None:
    _closed(database, triager, Decision("confirm", note="请归档"))
    later = NOW + timedelta(days=5000)
    with database.write() as connection:
        found = list(due(connection, _rules(triager), later.date()))
        if meanwhile == "put on hold":
            hold(connection, JIA, "old", "litigation", now=later)
        else:
            review(connection, JIA, "old", 1, Decision("second_look"), triager.taxonomy,
                   opened, now=later, undo=timedelta())  # fmt: skip
        purge(connection, JIA, found, now=later)
        detail = clue_detail(connection, JIA, "old", now=later)
        (signed,) = connection.execute(text("SELECT count(*) FROM signatures")).one()
        purges = connection.execute(text("SELECT 1 FROM audit WHERE action = 'purge'")).all()
    assert (detail.text, detail.history[0].note, signed) == (TEXTS[0], "请归档", 1)
    assert purges == []
