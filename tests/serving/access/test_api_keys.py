"""Keys of systems: shown once, stored as a digest, ending in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.access.api_keys import ApiKey, authenticate, issue, prefix_of, revoke, rotate
from serving.access.errors import NotAuthenticated
from serving.access.policy import Action, Scope

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
YEAR, DAY = timedelta(days=365), timedelta(days=1)


def _issued() -> tuple[ApiKey, str]:
    return issue("接入系统", (Scope.CLASSIFY,), "user:admin", NOW, YEAR)


def test_a_key_opens_what_it_is_for() -> None:
    key, token = _issued()
    assert prefix_of(token) == key.prefix
    assert authenticate(token, key, NOW).principal.may(Action.CLASSIFY)


def test_the_token_is_not_in_what_is_stored() -> None:
    key, token = _issued()
    assert token not in repr(key)
    assert token.removeprefix(key.prefix) not in repr(key)
    assert len(key.hash) == 64


def test_no_two_keys_are_alike() -> None:
    assert len({_issued()[1] for _ in range(100)}) == 100


@pytest.mark.parametrize("change", ["other", "unknown", "expired", "revoked", "altered"])
def test_everything_else_is_refused_in_the_same_words(change: str) -> None:
    key, token = _issued()
    stored: ApiKey | None = key
    match change:
        case "other":
            stored = _issued()[0]
        case "unknown":
            stored = None
        case "expired":
            stored = replace(key, expires_at=NOW)
        case "revoked":
            stored = revoke(key, NOW)
        case "altered":
            token = token[:-1] + ("A" if token[-1] != "A" else "B")
    with pytest.raises(NotAuthenticated, match="接口密钥无效或已过期，请向管理员申请"):
        authenticate(token, stored, NOW)


@given(st.text())
def test_any_text_in_place_of_a_token_is_refused(text: str) -> None:
    with pytest.raises(NotAuthenticated):
        authenticate(text, _issued()[0], NOW)


@pytest.mark.parametrize("text", ["", "fz_", "fz_0a1b2c3d", "fz_0A1B2C3D_" + "a" * 43, "\ud800"])
def test_what_is_no_token_has_no_prefix_to_look_up(text: str) -> None:
    assert prefix_of(text) is None


def test_while_a_key_is_rotated_both_open_then_only_the_new_one() -> None:
    key, token = _issued()
    old, new, new_token = rotate(key, "user:admin", NOW, YEAR, overlap=DAY)
    assert new.scopes == key.scopes
    for moment in (NOW, NOW + DAY - timedelta(seconds=1)):
        authenticate(token, old, moment)
        authenticate(new_token, new, moment)
    with pytest.raises(NotAuthenticated):
        authenticate(token, old, NOW + DAY)


def test_rotation_never_lengthens_a_keys_life() -> None:
    key = replace(_issued()[0], expires_at=NOW + timedelta(hours=1))
    old, _, _ = rotate(key, "user:admin", NOW, YEAR, overlap=DAY)
    assert old.expires_at == NOW + timedelta(hours=1)


def test_a_key_stays_revoked_since_the_first_time() -> None:
    key = revoke(_issued()[0], NOW)
    assert revoke(key, NOW + DAY).revoked_at == NOW
