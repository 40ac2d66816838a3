"""Small views: times, addresses, corrections, questions, thresholds, shares."""

import ast
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

import serving
from model.taxonomy import Taxonomy, load_taxonomy
from serving.acts.decision import Decision, check_decision
from serving.dashboard.report.month import Month
from serving.dashboard.views.addresses import clue_address
from serving.dashboard.views.audit_table import ACTIONS
from serving.dashboard.views.confusion_table import confusion_table
from serving.dashboard.views.correction import offer, with_module
from serving.dashboard.views.list_query import ListQuery, as_filter
from serving.dashboard.views.moments import at_minute, days_until, span, time_left
from serving.dashboard.views.names import Names
from serving.dashboard.views.questions import gaps, question
from serving.dashboard.views.shares import in_words, too_few
from serving.dashboard.views.thresholds import signed, what_if
from serving.queries.clue_detail import Labels
from serving.queries.curves import share
from serving.queries.quality import Cell
from serving.queries.stats import Scored

NOW = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)
TAXONOMY = load_taxonomy(Path("datasets/taxonomy.yaml"))


@pytest.fixture
def taxonomy() -> Taxonomy:
    return TAXONOMY


def test_a_moment_is_told_in_shanghai() -> None:
    assert at_minute(NOW) == "2026-11-29 09:00"
    assert at_minute(None) == ""


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (timedelta(minutes=80), "剩 1 小时 20 分", "soon"),
        (timedelta(hours=30), "剩 1 天 6 小时", "calm"),
        (timedelta(days=12), "剩 12 天", "calm"),
        (timedelta(minutes=-35), "超期 35 分", "late"),
        (timedelta(hours=-5), "超期 5 小时", "late"),
    ],
)
def test_what_is_left_is_told_in_words_and_tone(left: timedelta, words: str, tone: str) -> None:
    found = time_left(NOW + left, NOW)
    assert (found.words, found.tone) == (words, tone)


def test_a_day_is_told_by_its_distance() -> None:
    assert days_until(date(2026, 11, 29), NOW) == "今天"
    assert days_until(date(2026, 12, 6), NOW) == "还有 7 天"
    assert days_until(date(2026, 11, 27), NOW) == "已过 2 天"
    assert span(timedelta(days=2)) == "2 天"


def test_an_id_with_a_slash_stays_one_part_of_the_address() -> None:
    assert clue_address("12309/2026 号", "view=all") == "/clue/12309%2F2026%20%E5%8F%B7?view=all"


@given(st.dictionaries(st.sampled_from(["view", "since", "module", "search", "x"]), st.text()))
def test_any_address_opens_some_list(parameters: dict[str, str]) -> None:
    as_filter(ListQuery.read(parameters), NOW)


def test_a_list_survives_the_address() -> None:
    query = ListQuery(view="all", module="public_interest", since="2026-11-01", search="砖厂")
    parameters = dict(part.split("=") for part in query.address().split("&"))
    assert parameters["search"] == "%E7%A0%96%E5%8E%82"
    assert ListQuery.read({**parameters, "search": "砖厂"}) == query


def test_a_day_of_the_filter_is_a_whole_day_of_shanghai() -> None:
    found = as_filter(ListQuery(since="2026-11-01", until="2026-11-01"), NOW)
    assert found.received_from == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert found.received_until == datetime(2026, 11, 1, 16, tzinfo=UTC)


@pytest.mark.parametrize("module", [m.code for m in TAXONOMY.modules])
@pytest.mark.parametrize("other", [m.code for m in TAXONOMY.modules])
def test_every_choice_that_is_offered_may_be_stored(
    module: str, other: str, taxonomy: Taxonomy
) -> None:
    start = Labels(module, (), "normal", taxonomy.module_by_code[module].default_function, "city")
    chosen = with_module(start, other, taxonomy)
    offered = offer(chosen, taxonomy)
    for function in offered.functions:
        secondary = tuple(offered.secondary)[:2]
        labels = Labels(other, secondary, "urgent", function, "xigu")
        check_decision(Decision("correct", labels), taxonomy)


def test_another_module_keeps_what_still_fits(taxonomy: Taxonomy) -> None:
    start = Labels("service_center", ("public_interest",), "urgent", "criminal", "city")
    moved = with_module(start, "public_interest", taxonomy)
    assert moved == Labels("public_interest", (), "urgent", "public_interest_litigation", "city")
    assert with_module(start, "out_of_scope", taxonomy).secondary_modules == ()


def test_a_missing_fact_is_asked_for_politely() -> None:
    keys = gaps(("time", "place"), ())
    assert keys == ["place", "time"]
    assert "一、事情发生的具体地点" in question(keys)
    assert "二、事情发生或者您发现的时间" in question(keys)
    assert question([]) == ""


def test_a_code_that_the_taxonomy_lost_stands_for_itself(taxonomy: Taxonomy) -> None:
    names = Names(taxonomy)
    assert names.module("gone") == "gone"
    assert names.unit("city", "gone") == "兰州市人民检察院 · gone"
    assert names.module("out_of_scope") == "非检察职能"


def test_a_cell_opens_the_clues_that_it_counts_and_no_others(taxonomy: Taxonomy) -> None:
    found = [Cell("urgent", "critical", 3)]
    within = {"since": "2026-11-01", "module": "minor_protection", "procuratorate": "", "model": ""}
    table = confusion_table(found, "urgency", Names(taxonomy), within)
    (address,) = re.findall('href="/[?]([^"]+)"', table)
    query = ListQuery.read(dict(parse_qsl(unescape(address))))
    assert query == ListQuery(view="all", decided="1", since="2026-11-01",
                              module="minor_protection", urgency="critical",
                              proposed_urgency="urgent")  # fmt: skip


def test_no_share_is_told_without_its_n() -> None:
    assert in_words(share(46, 50)) == "92.0%（46/50，区间 81.2–96.8%）"
    assert in_words(share(0, 0)) == "尚无（0 件）"


def test_a_curve_of_fewer_than_twenty_says_so() -> None:
    assert too_few(20) is None
    assert "只有 19 件" in str(too_few(19))


def test_a_lower_threshold_lets_more_through_and_more_of_it_wrong() -> None:
    levels = [Scored(400, 10, 3), Scored(700, 20, 15), Scored(950, 70, 69)]
    found = what_if(levels, 0.5, 0.9)
    assert (found.let_through.right, found.let_through.total) == (90, 100)
    assert (found.wrong.right, found.wrong.total) == (6, 90)
    assert (found.more_through, found.more_wrong) == (20, 5)
    assert [signed(n) for n in (20, 0, -3)] == ["+20", "不变", "−3"]


@pytest.mark.parametrize("text", ["2026-13", "abc", "2026-1", "1066-10", ""])
def test_what_is_no_month_is_none(text: str) -> None:
    assert Month.read(text) is None


def test_every_act_that_the_audit_records_has_a_name_to_ask_for_it_by() -> None:
    places = {"Act": 1, "AuditAct": 1, "_change": 2, "_store": 3}  # of the action among arguments
    calls = [
        node
        for file in Path(serving.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    ]
    named = [(ast.unparse(call.func).rpartition(".")[2], call.args) for call in calls]
    written = [args[places[name]] for name, args in named if len(args) > places.get(name, 99)]
    codes = {action.value for action in written if isinstance(action, ast.Constant)}
    assert {"password.change", "apikey.revoke", "export", "user.role", "hold.set"} <= codes
    assert codes - set(ACTIONS) == set()


def test_a_month_begins_and_ends_in_shanghai() -> None:
    scope = Month(2026, 12).scope
    assert scope.received_from == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert scope.received_until == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert str(Month(2026, 1).plus(-1)) == "2025-12"
