"""A person's decision is final: it outranks the model, and nobody overwrites it unseen."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from model.triager import Triager
from serving.access.errors import Forbidden
from serving.access.policy import Principal
from serving.acts.claims import claim
from serving.acts.decision import Act, Decision
from serving.acts.errors import (
    CannotWithdrawError,
    HeldByOtherError,
    InvalidReviewError,
    StaleVersionError,
)
from serving.acts.review import review
from serving.queries.clue_detail import ClueDetail, Labels, clue_detail
from serving.queries.errors import UnknownClueError
from serving.queries.leases import LEASE
from serving.storage.arrivals import store
from serving.storage.audit import verify
from serving.storage.database import Database
from serving.storage.work_tables import deliveries, webhooks
from tests.serving.arrivals import NOW, arriving, opened
from tests.serving.people import JIA, NOBODY, YI

UNDO = timedelta(seconds=30)
OTHER = Labels("minor_protection", ("public_interest",), "urgent", "minors", "chengguan")


@pytest.fixture
def clue(database: Database, triager: Triager) -> str:
    with database.write() as connection:
        store(connection, [arriving(triager, "LJ-1")])
    return "LJ-1"


def _review(
    database: Database, triager: Triager, version: int, decision: Decision, who: Principal = JIA,
    after: timedelta = timedelta(),
) -> int:  # fmt: skip
    with database.write() as connection:
        return review(
            connection, who, "LJ-1", version, decision, triager.taxonomy, opened, now=NOW + after,
            undo=UNDO,
        )  # fmt: skip


def _detail(database: Database) -> ClueDetail:
    with database.read() as connection:
        return clue_detail(connection, JIA, "LJ-1", now=NOW)


def test_a_confirmation_is_recorded_with_its_person(
    database: Database, triager: Triager, clue: str
) -> None:
    proposed = _detail(database).labels
    assert _review(database, triager, 0, Decision("confirm")) == 1
    detail = _detail(database)
    assert (detail.state, detail.version, detail.decided_by) == ("confirmed", 1, "user:甲")
    assert detail.labels == proposed
    assert [(event.act, event.labels) for event in detail.history] == [("confirm", proposed)]


def test_a_note_covers_the_names_that_the_clue_covers(database: Database, triager: Triager) -> None:
    text = "举报人：王芳。化工厂半夜排废气，孩子李小宝被熏病，住在县医院。"
    with database.write() as connection:
        store(connection, [arriving(triager, "LJ-1", text)])
    _review(database, triager, 0, Decision("confirm", note="已与王芳核实，李小宝在县医院"))
    assert _detail(database).history[0].note == "已与**核实，***在县医院"


def test_a_correction_replaces_the_proposal_but_not_the_record_of_it(
    database: Database, triager: Triager, clue: str
) -> None:
    before = _detail(database)
    _review(database, triager, 0, Decision("correct", OTHER, "wrong_module", "电话13893161234"))
    detail = _detail(database)
    assert (detail.state, detail.labels) == ("corrected", OTHER)
    assert detail.proposal == before.proposal
    assert detail.history[0].note == "电话***********"


def test_whoever_read_an_older_version_is_told_so(
    database: Database, triager: Triager, clue: str
) -> None:
    _review(database, triager, 0, Decision("confirm"))
    with pytest.raises(StaleVersionError):
        _review(database, triager, 0, Decision("correct", OTHER), YI)
    assert _detail(database).state == "confirmed"


def test_a_clue_in_another_s_hands_cannot_be_decided(
    database: Database, triager: Triager, clue: str
) -> None:
    with database.write() as connection:
        claim(connection, JIA, "LJ-1", now=NOW)
    with pytest.raises(HeldByOtherError):
        _review(database, triager, 0, Decision("confirm"), YI)
    assert _review(database, triager, 0, Decision("confirm"), YI, timedelta(hours=1)) == 1


def test_a_claim_made_while_the_clock_ran_ahead_keeps_nobody_out(
    database: Database, triager: Triager, clue: str
) -> None:
    with database.write() as connection:
        claim(connection, JIA, "LJ-1", now=NOW + timedelta(hours=6))
        assert claim(connection, YI, "LJ-1", now=NOW) == NOW + LEASE
    assert _detail(database).holder == YI.name


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision("return"), "missing_facts"),
        (Decision("return", reason="anything"), "missing_facts"),
        (Decision("confirm", reason="duplicate"), "不带 reason"),
        (Decision("correct"), "更正须给出标签"),
        (Decision("confirm", OTHER), "不带标签"),
        (Decision("correct", Labels("nonsense", (), "urgent", "minors", "city")), "module 不是"),
        (Decision("correct", Labels("minor_protection", (), "urgent", "civil", "city")), "minors"),
        (Decision("correct", Labels("minor_protection", (), "x", "minors", "nowhere")), "urgency"),
        (
            Decision("correct", Labels("out_of_scope", ("public_interest",), "normal", "transfer",
                                       "city")),
            "out_of_scope 不带",
        ),
    ],
)  # fmt: skip
def test_only_possible_decisions_are_taken(
    database: Database, triager: Triager, clue: str, decision: Decision, said: str
) -> None:
    with pytest.raises(InvalidReviewError) as refusal:
        _review(database, triager, 0, decision)
    assert said in refusal.value.detail
    assert _detail(database).version == 0


@pytest.mark.parametrize(
    ("act", "state", "open_again"),
    [("return", "returned", False), ("second_look", "second_look", True)],
)
def test_the_state_follows_the_act(
    database: Database, triager: Triager, clue: str, act: Act, state: str, open_again: bool
) -> None:
    reason = "duplicate" if act == "return" else None
    _review(database, triager, 0, Decision(act, reason=reason))
    assert _detail(database).state == state
    assert _detail(database).decided_by is None


def test_a_second_look_leaves_the_first_decision_in_force_until_the_next(
    database: Database, triager: Triager, clue: str
) -> None:
    _review(database, triager, 0, Decision("correct", OTHER))
    _review(database, triager, 1, Decision("second_look"), YI)
    assert (_detail(database).state, _detail(database).labels) == ("second_look", OTHER)
    _review(database, triager, 2, Decision("confirm"), YI)
    detail = _detail(database)
    assert (detail.state, detail.labels, detail.decided_by) == ("confirmed", OTHER, "user:乙")


def _hooked(database: Database) -> None:
    values: dict[str, Any] = {
        "webhook_id": "w",
        "url": "https://intake.test/",
        "created_at": NOW,
        "secret_sealed": b"",
        "created_by": "x",
    }
    with database.write() as connection:
        connection.execute(insert(webhooks).values(values))


def _told(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(deliveries).order_by(deliveries.c.version)))


def test_the_intake_system_will_be_told_after_the_time_for_undoing(
    database: Database, triager: Triager, clue: str
) -> None:
    _hooked(database)
    _review(database, triager, 0, Decision("correct", OTHER, note="不给外人看"))
    (delivery,) = _told(database)
    assert (delivery.state, delivery.event, delivery.due_at) == (
        "pending", "clue.corrected", NOW + UNDO,
    )  # fmt: skip
    assert json.loads(delivery.payload)["module"] == "minor_protection"
    assert "不给外人看" not in delivery.payload


def test_undone_in_time_nothing_is_told_and_the_proposal_stands(
    database: Database, triager: Triager, clue: str
) -> None:
    _hooked(database)
    before = _detail(database)
    _review(database, triager, 0, Decision("correct", OTHER))
    assert _review(database, triager, 1, Decision("withdraw"), after=UNDO) == 2
    detail = _detail(database)
    assert (detail.state, detail.labels, detail.decided_by) == ("new", before.labels, None)
    assert [event.act for event in detail.history] == ["correct", "withdraw"]
    assert [delivery.state for delivery in _told(database)] == ["cancelled"]


@pytest.mark.parametrize(
    ("who", "after"), [(YI, timedelta(seconds=1)), (JIA, timedelta(seconds=31))]
)
def test_only_one_s_own_act_can_be_undone_and_only_in_time(
    database: Database, triager: Triager, clue: str, who: Principal, after: timedelta
) -> None:
    _review(database, triager, 0, Decision("confirm"))
    with pytest.raises(CannotWithdrawError):
        _review(database, triager, 1, Decision("withdraw"), who, after)


def test_every_act_stands_in_the_audit_chain(
    database: Database, triager: Triager, clue: str
) -> None:
    _review(database, triager, 0, Decision("confirm"))
    _review(database, triager, 1, Decision("second_look"), YI)
    with database.read() as connection:
        assert verify(connection).rows == 2


def test_without_the_right_nothing_happens(database: Database, triager: Triager, clue: str) -> None:
    with pytest.raises(Forbidden):
        _review(database, triager, 0, Decision("confirm"), NOBODY)


def test_an_unknown_clue_is_told_as_such(database: Database, triager: Triager) -> None:
    with pytest.raises(UnknownClueError):
        _review(database, triager, 0, Decision("confirm"))
