"""A person's login: one answer to the outside for all that may be wrong, in about one time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from serving.access.passwords import is_password
from serving.access.policy import Principal, Role, user_principal
from serving.access.totp import matching_step

REFUSED = "用户名、密码或验证码不正确，或账号暂时锁定；连续多次输错会锁定一段时间"
"""The detail of ``LoginRefused``, whatever the reason."""


@dataclass(frozen=True, slots=True)
class LoginRules:
    attempts: int = 5
    locked_for: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class User:
    """A person as stored; times in UTC. ``totp_secret`` is unsealed by the caller."""

    username: str
    display_name: str
    role: Role
    password_hash: str
    handles_protected: bool = False
    must_change_password: bool = False
    failed_attempts: int = 0
    locked_until: datetime | None = None
    totp_secret: str | None = None
    totp_last_step: int | None = None
    disabled_at: datetime | None = None

    def __repr__(self) -> str:
        return f"User({self.username!r}, {self.role.value})"

    @property
    def principal(self) -> Principal:
        return user_principal(self.username, self.role, handles_protected=self.handles_protected)


class Outcome(StrEnum):
    """For the audit; the person at the door only learns whether it opened."""

    ADMITTED = "admitted"
    UNKNOWN = "unknown"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 – the name of an outcome
    WRONG_CODE = "wrong_code"
    LOCKED = "locked"
    DISABLED = "disabled"


def log_in(
    user: User | None, password: str, code: str, now: datetime, rules: LoginRules
) -> tuple[Outcome, User | None]:
    """What became of an attempt, and the user as to be stored now.

    Every path checks one password, against nobody's hash where there is none to check.
    """
    locked = user is not None and user.locked_until is not None and now < user.locked_until
    checked = user if user is not None and not locked and user.disabled_at is None else None
    right = is_password(password, checked.password_hash if checked else None)
    if user is None:
        return Outcome.UNKNOWN, None
    if user.disabled_at is not None:
        return Outcome.DISABLED, user
    if locked:
        return Outcome.LOCKED, user
    if not right:
        return Outcome.WRONG_PASSWORD, _failed(user, now, rules)
    step = None
    if user.totp_secret is not None:
        step = matching_step(user.totp_secret, code, now, user.totp_last_step)
        if step is None:
            return Outcome.WRONG_CODE, _failed(user, now, rules)
    return Outcome.ADMITTED, replace(
        user, failed_attempts=0, locked_until=None, totp_last_step=step or user.totp_last_step
    )


def _failed(user: User, now: datetime, rules: LoginRules) -> User:
    """One more failure; at the limit the lock falls and the count begins anew."""
    failures = user.failed_attempts + 1
    if failures < rules.attempts:
        return replace(user, failed_attempts=failures, locked_until=None)
    return replace(user, failed_attempts=0, locked_until=now + rules.locked_for)
