"""Sessions end when idle, end in any case, and are nothing without their token."""

from datetime import UTC, datetime, timedelta

import pytest

from serving.access.errors import NotAuthenticated
from serving.access.secret_tokens import digest
from serving.access.sessions import SessionRules, continue_session, open_session

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
RULES = SessionRules(idle=timedelta(minutes=30), lifetime=timedelta(hours=12))


def test_a_session_goes_on_while_it_is_used() -> None:
    session, token = open_session("wang", NOW, RULES)
    for minute in range(0, 12 * 60, 29):
        session = continue_session(token, session, NOW + timedelta(minutes=minute), RULES)
    assert session.username == "wang"


@pytest.mark.parametrize("minutes", [30, 31, 12 * 60])
def test_an_idle_session_ends(minutes: int) -> None:
    session, token = open_session("wang", NOW, RULES)
    with pytest.raises(NotAuthenticated, match="已过期"):
        continue_session(token, session, NOW + timedelta(minutes=minutes), RULES)


def test_a_busy_session_ends_too() -> None:
    session, token = open_session("wang", NOW, RULES)
    for minute in range(0, 12 * 60, 10):
        session = continue_session(token, session, NOW + timedelta(minutes=minute), RULES)
    with pytest.raises(NotAuthenticated, match="已过期"):
        continue_session(token, session, NOW + RULES.lifetime, RULES)


def test_the_digest_in_the_database_opens_nothing() -> None:
    session, token = open_session("wang", NOW, RULES)
    assert session.token_hash == digest(token)
    assert token not in repr(session)
    for stolen in (session.token_hash, "", "\ud800"):
        with pytest.raises(NotAuthenticated, match="请先登录"):
            continue_session(stolen, session, NOW, RULES)
    with pytest.raises(NotAuthenticated, match="请先登录"):
        continue_session(token, None, NOW, RULES)


def test_a_clock_set_back_does_not_lengthen_a_session() -> None:
    session, token = open_session("wang", NOW, RULES)
    session = continue_session(token, session, NOW + timedelta(minutes=20), RULES)
    session = continue_session(token, session, NOW - timedelta(minutes=5), RULES)
    assert session.last_seen_at == NOW + timedelta(minutes=20)
    with pytest.raises(NotAuthenticated, match="已过期"):
        continue_session(token, session, NOW - timedelta(hours=1), RULES)


def test_every_login_is_a_new_session() -> None:
    assert open_session("wang", NOW, RULES)[1] != open_session("wang", NOW, RULES)[1]
