"""People coming in and going out: the rules of ``serving.access`` on the database, audited."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from serving.access.errors import LoginRefused, NotAuthenticated, WeakPassword
from serving.access.login import REFUSED, LoginRules, Outcome, User, log_in
from serving.access.passwords import check_password, hash_password, is_password
from serving.access.policy import Principal, Role
from serving.access.secret_tokens import digest
from serving.access.sessions import Session, SessionRules, continue_session, open_session
from serving.access.totp import matching_step
from serving.audit_chain import Act
from serving.storage.audit import record
from serving.storage.database import Database
from serving.storage.user_store import (
    Seal,
    Unseal,
    add_session,
    all_users,
    change_user,
    end_expired_sessions,
    end_session,
    end_sessions_of,
    find_session,
    find_user,
    lock_user,
    touch_session,
)

_SEEN_EVERY = timedelta(seconds=60)
"""A session's last sight is written this often at most: not every click is worth a write."""

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a second factor is closed and opened."""

    seal: Seal
    unseal: Unseal


@dataclass(frozen=True, slots=True)
class Member:
    """A person whose session is open. ``enrolled``: has a second factor."""

    username: str
    display_name: str
    role: Role
    principal: Principal
    must_change_password: bool
    enrolled: bool

    @property
    def name(self) -> str:
        """As it stands in the audit."""
        return self.principal.name


class Staff:
    """Safe to share between threads."""

    def __init__(
        self, database: Database, sealing: Sealing, login: LoginRules = LoginRules(),  # noqa: B008 – frozen
        sessions: SessionRules = SessionRules(),  # noqa: B008
    ) -> None:  # fmt: skip
        self._database = database
        self._sealing = sealing
        self._login = login
        self._sessions = sessions

    def anyone(self) -> bool:
        """Whether there is a user at all."""
        with self._database.read() as connection:
            return bool(all_users(connection))

    def enter(self, username: str, password: str, code: str, now: datetime) -> str:
        """A new session's token. Raises LoginRefused, StorageUnavailableError.

        Checking a password takes long, so it is done outside the transaction and only counts if
        the user is meanwhile as they were read.
        """
        for _ in range(_TRIES):
            with self._database.read() as connection:
                known = find_user(connection, username, self._sealing.unseal)
            outcome, after = log_in(known, password, code, now, self._login)
            with self._database.write() as connection:
                if lock_user(connection, username, self._sealing.unseal) != known:
                    continue
                token = self._came(connection, outcome, after, now)
            if token is None:
                break
            return token
        raise LoginRefused(REFUSED)

    def _came(
        self, connection: Connection, outcome: Outcome, user: User | None, now: datetime
    ) -> str | None:
        subject = "user:" if user is None else f"user:{user.username}"
        record(connection, Act(subject, "login", subject, outcome=outcome.value), now)
        if user is not None:
            change_user(connection, user, self._sealing.seal)
        if user is None or outcome is not Outcome.ADMITTED:
            return None
        session, token = open_session(user.username, now, self._sessions)
        end_expired_sessions(connection, now)
        add_session(connection, session)
        return token

    def who(self, token: str, now: datetime, *, active: bool = True) -> Member | None:
        """Whose session it is; None when it is over. Only what a person does keeps it open."""
        with self._database.read() as connection:
            found = self._open(connection, token, now)
        if found is None:
            return None
        user, before, session = found
        if active and session.last_seen_at - before >= _SEEN_EVERY:
            with self._database.write() as connection:
                touch_session(connection, session)
        return Member(
            user.username, user.display_name, user.role, user.principal,
            user.must_change_password, user.totp_secret is not None,
        )  # fmt: skip

    def leave(self, token: str, now: datetime) -> None:
        """End the session; nothing happens when it is over."""
        with self._database.write() as connection:
            found = self._open(connection, token, now)
            end_session(connection, digest(token))
            if found is not None:
                name = found[0].principal.name
                record(connection, Act(name, "logout", name), now)

    def change_password(self, token: str, old: str, new: str, now: datetime) -> None:
        """Ends every session of theirs. Raises LoginRefused, WeakPassword, NotAuthenticated."""
        with self._database.read() as connection:
            user = self._of(connection, token, now)
        if not is_password(old, user.password_hash):
            raise LoginRefused("现在的密码不正确")
        check_password(new, user.username)
        if old == new:
            raise WeakPassword("新密码与现在的相同，请另换一个")
        hashed = hash_password(new)
        self._change(
            token, user.username, "password.change", now,
            lambda user: replace(user, password_hash=hashed, must_change_password=False),
        )  # fmt: skip

    def enrol(self, token: str, secret: str, code: str, now: datetime) -> None:
        """Set up the second factor that ``secret`` is, proved by a code of it.

        Ends every session of theirs. Raises LoginRefused, NotAuthenticated.
        """
        with self._database.read() as connection:
            user = self._of(connection, token, now)
        step = matching_step(secret, code, now, None)
        if step is None:
            raise LoginRefused("动态口令不正确，请核对手机时间后重试")
        self._change(
            token, user.username, "totp.enrol", now,
            lambda user: replace(user, totp_secret=secret, totp_last_step=step),
        )  # fmt: skip

    def _change(
        self, token: str, username: str, action: str, now: datetime, change: Callable[[User], User]
    ) -> None:
        """Change the user as they are now, not as they were before the hashing.

        Who was meanwhile disabled, or given another role or password, has no session any more.
        """
        with self._database.write() as connection:
            lock_user(connection, username, self._sealing.unseal)
            user = self._of(connection, token, now)
            change_user(connection, change(user), self._sealing.seal)
            end_sessions_of(connection, username)
            name = user.principal.name
            record(connection, Act(name, action, name), now)

    def _of(self, connection: Connection, token: str, now: datetime) -> User:
        found = self._open(connection, token, now)
        if found is None:
            raise NotAuthenticated("登录已过期，请重新登录")
        return found[0]

    def _open(
        self, connection: Connection, token: str, now: datetime
    ) -> tuple[User, datetime, Session] | None:
        """The user, when the session was last seen, and the session as seen now."""
        stored = find_session(connection, digest(token))
        try:
            session = continue_session(token, stored, now, self._sessions)
        except NotAuthenticated:
            return None
        user = find_user(connection, session.username, self._sealing.unseal)
        if user is None or user.disabled_at is not None or stored is None:
            return None
        return user, stored.last_seen_at, session
