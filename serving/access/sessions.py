"""Sessions of people who logged in: a random token in a cookie, its digest in the database."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from serving.access.errors import NotAuthenticated
from serving.access.secret_tokens import digest, is_match, new_secret


@dataclass(frozen=True, slots=True)
class SessionRules:
    """A session ends after ``idle`` without a request, and after ``lifetime`` in any case."""

    idle: timedelta = timedelta(minutes=30)
    lifetime: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """``token_hash`` is the digest under which it is looked up; times in UTC."""

    token_hash: str
    username: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def open_session(username: str, now: datetime, rules: SessionRules) -> tuple[Session, str]:
    """A new session and its token. Always a new one at login: none can be planted before."""
    token = new_secret()
    return Session(digest(token), username, now, now, now + rules.lifetime), token


def continue_session(
    token: str, stored: Session | None, now: datetime, rules: SessionRules
) -> Session:
    """The session with this moment as last seen; raises ``NotAuthenticated``.

    A clock set back does not lengthen it: the last moment seen never goes back, and one that lies
    further ahead than ``idle`` ends it as well.
    """
    if stored is None or not is_match(token, stored.token_hash):
        raise NotAuthenticated("请先登录")
    if now >= stored.expires_at or abs(now - stored.last_seen_at) >= rules.idle:
        raise NotAuthenticated("登录已过期，请重新登录")
    return replace(stored, last_seen_at=max(now, stored.last_seen_at))
