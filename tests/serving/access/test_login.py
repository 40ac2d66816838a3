"""Login: lockout, second factor, and nothing to learn from a refusal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from serving.access import login
from serving.access.login import LoginRules, Outcome, User, log_in
from serving.access.passwords import hash_password
from serving.access.policy import Action, Role
from serving.access.totp import enrolment_uri, new_totp_secret

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
RULES = LoginRules(attempts=3, locked_for=timedelta(minutes=15))
PASSWORD = "黄河之水-Tian9shang"
WANG = User("wang", "王检察官", Role.REVIEWER, hash_password(PASSWORD))
SECRET = new_totp_secret()


def _try(user: User | None, password: str = PASSWORD, code: str = "", after: int = 0) -> Outcome:
    return log_in(user, password, code, NOW + timedelta(seconds=after), RULES)[0]


def _stored(user: User, password: str, after: int = 0) -> User:
    stored = log_in(user, password, "", NOW + timedelta(seconds=after), RULES)[1]
    assert stored is not None
    return stored


def test_the_right_password_admits_and_clears_earlier_failures() -> None:
    once_wrong = _stored(WANG, "wrong")
    assert once_wrong.failed_attempts == 1
    assert _stored(once_wrong, PASSWORD) == WANG
    assert _try(once_wrong) is Outcome.ADMITTED


@pytest.mark.parametrize(
    ("user", "password", "outcome"),
    [
        (None, PASSWORD, Outcome.UNKNOWN),
        (WANG, "wrong", Outcome.WRONG_PASSWORD),
        (replace(WANG, disabled_at=NOW), PASSWORD, Outcome.DISABLED),
        (replace(WANG, locked_until=NOW + timedelta(seconds=1)), PASSWORD, Outcome.LOCKED),
        (replace(WANG, totp_secret=SECRET), PASSWORD, Outcome.WRONG_CODE),
    ],
)
def test_the_audit_learns_why_it_was_refused(
    user: User | None, password: str, outcome: Outcome
) -> None:
    assert _try(user, password) is outcome


@pytest.mark.parametrize(
    "user",
    [None, WANG, replace(WANG, disabled_at=NOW), replace(WANG, locked_until=NOW + timedelta(1))],
)
def test_one_password_is_checked_whatever_is_wrong(
    user: User | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []
    real = login.is_password
    monkeypatch.setattr(
        login, "is_password", lambda *given: (checked.append(True), real(*given))[1]
    )
    _try(user, "wrong")
    assert checked == [True]


def test_failures_in_a_row_lock_for_a_while_even_for_the_right_password() -> None:
    user = WANG
    for _ in range(3):
        user = _stored(user, "wrong")
    assert _try(user) is Outcome.LOCKED
    assert _try(user, after=899) is Outcome.LOCKED
    assert _try(user, after=900) is Outcome.ADMITTED


def test_trying_while_locked_does_not_lengthen_the_lock() -> None:
    user = replace(WANG, locked_until=NOW + timedelta(minutes=15))
    assert _stored(user, "wrong", after=60) == user


def test_after_a_lock_the_count_begins_anew() -> None:
    user = WANG
    for _ in range(3):
        user = _stored(user, "wrong")
    assert _stored(user, "wrong", after=900).failed_attempts == 1


def test_a_code_opens_once() -> None:
    user = replace(WANG, totp_secret=SECRET)
    code = pyotp.TOTP(SECRET).at(NOW)
    outcome, stored = log_in(user, PASSWORD, code, NOW, RULES)
    assert outcome is Outcome.ADMITTED
    assert _try(stored, code=code, after=5) is Outcome.WRONG_CODE


@pytest.mark.parametrize(("seconds", "outcome"), [
    (-30, Outcome.ADMITTED), (30, Outcome.ADMITTED), (-61, Outcome.WRONG_CODE),
    (90, Outcome.WRONG_CODE),
])  # fmt: skip
def test_a_telephone_may_be_half_a_minute_off(seconds: int, outcome: Outcome) -> None:
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=seconds))
    assert _try(replace(WANG, totp_secret=SECRET), code=code) is outcome


@pytest.mark.parametrize("code", ["", "12345", "1234567", "１２３４５６", "abcdef", "-12345"])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert _try(replace(WANG, totp_secret=SECRET), code=code) is Outcome.WRONG_CODE


def test_wrong_codes_lock_as_wrong_passwords_do() -> None:
    user = replace(WANG, totp_secret=SECRET)
    for _ in range(3):
        user = _stored(user, PASSWORD)
    assert user.locked_until == NOW + RULES.locked_for


def test_nothing_secret_is_in_a_repr() -> None:
    user = replace(WANG, totp_secret=SECRET)
    assert SECRET not in repr(user)
    assert user.password_hash not in repr(user)


def test_a_user_may_do_what_the_role_may() -> None:
    assert WANG.principal.may(Action.REVIEW)
    assert not WANG.principal.may(Action.UNMASK_PROTECTED)


def test_an_app_is_enrolled_by_an_address_with_the_name() -> None:
    assert enrolment_uri(SECRET, "wang").startswith("otpauth://totp/")
