"""The audit chain: whatever is done to it shows, and no text gets in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.audit_chain import START, Act, Link, append, canonical, fitting

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
GOLDEN = "5b53e66ea474cbf5cd04e4659238bfcab30767a068c0de4019469cb9dcc2f831"


def _chain(length: int) -> list[Link]:
    links: list[Link] = []
    for number in range(1, length + 1):
        act = Act("user:wang", "clue.unmask", f"clue:LJ-{number}", reason="verify_facts")
        before = links[-1].hash if links else START
        links.append(append(act, number, NOW + timedelta(seconds=number), before))
    return links


def _fitting(links: list[Link]) -> int:
    return len(list(fitting(links)))


def test_a_chain_as_written_is_whole() -> None:
    assert _fitting([]) == 0
    assert _fitting(_chain(20)) == 20


@pytest.mark.parametrize(
    "change",
    [
        lambda link: replace(link, actor="user:li"),
        lambda link: replace(link, action="clue.read"),
        lambda link: replace(link, subject="clue:LJ-99"),
        lambda link: replace(link, outcome="refused"),
        lambda link: replace(link, reason=""),
        lambda link: replace(link, facts='{"n": 1}'),
        lambda link: replace(link, at=link.at + timedelta(microseconds=1)),
        lambda link: replace(link, hash="0" * 64),
        lambda link: replace(link, previous="0" * 64),
        lambda link: replace(link, number=99),
        lambda link: append(Act("user:li", "x", "y"), link.number, link.at, link.previous),
    ],
)
@pytest.mark.parametrize("place", [0, 7, 18])
def test_any_change_shows(change: Callable[[Link], Link], place: int) -> None:
    links = _chain(20)
    links[place] = change(links[place])
    assert place <= _fitting(links) <= place + 1


def test_a_link_taken_out_moved_or_doubled_shows() -> None:
    links = _chain(6)
    assert _fitting(links[:2] + links[3:]) == 2
    assert _fitting([links[0], links[2], links[1], *links[3:]]) == 1
    assert _fitting([*links[:3], links[2], *links[3:]]) == 3


def test_a_cut_off_end_shows_by_the_hash_kept_elsewhere_only() -> None:
    links = _chain(6)
    assert _fitting(links[:4]) == 4
    assert links[3].hash != links[5].hash


def test_the_same_moment_in_another_zone_is_the_same_link() -> None:
    act = Act("user:wang", "login", "user:wang")
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))
    assert append(act, 1, NOW, START).hash == append(act, 1, shanghai, START).hash


def test_equal_facts_have_one_spelling() -> None:
    assert canonical({"b": 1, "a": True}) == canonical({"a": True, "b": 1})


def test_the_hash_of_yesterday_still_holds() -> None:
    assert append(Act("user:wang", "login", "user:wang"), 1, NOW, START).hash == GOLDEN


names = st.text(alphabet='ab,"]\\[', max_size=6)


@given(names, names, names, names)
def test_no_two_acts_share_a_spelling(a: str, b: str, c: str, d: str) -> None:
    one, other = Act(a, b, "x"), Act(c, d, "x")
    same = append(one, 1, NOW, START).hash == append(other, 1, NOW, START).hash
    assert same == ((a, b) == (c, d))


@pytest.mark.parametrize(
    "act",
    [
        Act("user:wang", "clue.review", "clue:1", facts={"note": "我叫王芳，他打了我儿子"}),
        Act("user:wang", "clue.review", "clue:1", facts={"原文": 1}),
        Act("user:wang", "clue.unmask", "clue:1", reason="要给王芳回电话"),
        Act("user:wang", "clue.review", "clue:1", facts={"note": "a" * 129}),
        Act("user:wang", "clue.review", "clue:1", facts={str(n): n for n in range(33)}),
        Act("user:wang", "clue.review", "clue:1", facts={"p": float("nan")}),
    ],
)
def test_a_text_is_refused(act: Act) -> None:
    with pytest.raises(ValueError, match=r"codes, ids and numbers|Out of range"):
        append(act, 1, NOW, START)
