"""What has been kept long enough goes; what was decided stays, and so does the answer."""

from datetime import timedelta

from sqlalchemy import text

from model.triager import Triager
from serving.acts.decision import Decision
from serving.acts.purge import due, purge
from serving.acts.review import review
from serving.queries.clue_detail import clue_detail
from serving.retention import RetentionRule, RetentionRules
from serving.storage.arrivals import Kept, store
from serving.storage.audit import verify
from serving.storage.database import Database
from tests.serving.arrivals import NOW, TEXTS, arriving
from tests.serving.people import JIA

RULE = RetentionRule(counted_from="decided", original_days=30, days=365, legal_basis="测试")


def _rules(triager: Triager) -> RetentionRules:
    modules = {module.code: RULE for module in triager.taxonomy.modules}
    return RetentionRules(version="1", modules=modules)


def _purged(database: Database, triager: Triager, after_days: int) -> int:
    with database.write() as connection:
        store(connection, [arriving(triager, "old"), arriving(triager, "open", TEXTS[1])])
        review(connection, JIA, "old", 0, Decision("confirm", note="请归档"), triager.taxonomy,
               now=NOW, undo=timedelta())  # fmt: skip
        today = (NOW + timedelta(days=after_days)).date()
        found = list(due(connection, _rules(triager), today))
        purge(connection, JIA, found, now=NOW + timedelta(days=after_days))
    return len(found)


def test_nothing_goes_before_its_time(database: Database, triager: Triager) -> None:
    assert _purged(database, triager, 29) == 0


def test_first_the_original_goes_alone(database: Database, triager: Triager) -> None:
    assert _purged(database, triager, 31) == 1
    with database.read() as connection:
        row = connection.execute(text("SELECT text, sealed FROM clues WHERE clue_id = 'old'")).one()
    assert (row.text, row.sealed) == (TEXTS[0], None)


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
