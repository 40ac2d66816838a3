"""People coming in and going out: the rules of ``serving.access`` on the database, audited."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from model.errors import FenzhenError
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
    Sealing,
    add_session,
    add_user,
    all_users,
    change_user,
    end_session,
    end_sessions,
    find_session,
    find_user,
    see_session,
)

_SEEN_EVERY = timedelta(seconds=60)
"""A session's last sight is written this often at most: not every click is worth a write."""

_TRIES = 5


_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class UnknownUserError(FenzhenError):
    code = "unknown_user"
    title = "Unknown user"

    def __init__(self, username: str) -> None:
        super().__init__(f"没有用户 {username}，用 fenzhen user list 查看")


class UsernameTakenError(FenzhenError):
    code = "username_taken"
    title = "Username taken"

    def __init__(self, username: str) -> None:
        super().__init__(f"已有用户 {username}，请换一个用户名")


class InvalidUsernameError(FenzhenError):
    code = "invalid_username"
    title = "Invalid username"

    def __init__(self) -> None:
        super().__init__("用户名只能用字母、数字、点、下划线、横线，至多 64 个，以字母或数字开头")


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

    def add(self, user: User, by: str, now: datetime) -> None:
        """A new person, with ``password_hash`` made already.

        Raises InvalidUsernameError, UsernameTakenError.
        """
        if not _USERNAME.fullmatch(user.username):
            raise InvalidUsernameError
        with self._database.write() as connection:
            if find_user(connection, user.username, self._sealing) is not None:
                raise UsernameTakenError(user.username)
            add_user(connection, user, self._sealing, now)
            facts = {"role": user.role.value, "handles_protected": user.handles_protected}
            record(connection, Act(by, "user.add", f"user:{user.username}", facts=facts), now)

    def everyone(self) -> list[User]:
        with self._database.read() as connection:
            return all_users(connection, self._sealing)

    def anyone(self) -> bool:
        """Whether there is a user at all."""
        return bool(self.everyone())

    def administer(
        self, username: str, action: str, by: str, now: datetime, change: Callable[[User], User]
    ) -> None:
        """Change a user and end their sessions. Raises UnknownUserError."""
        with self._database.write() as connection:
            user = find_user(connection, username, self._sealing)
            if user is None:
                raise UnknownUserError(username)
            change_user(connection, change(user), self._sealing)
            end_sessions(connection, username, now)
            record(connection, Act(by, action, user.principal.name), now)

    def enter(self, username: str, password: str, code: str, now: datetime) -> str:
        """A new session's token. Raises LoginRefused, StorageUnavailableError.

        Checking a password takes long, so it is done outside the transaction and only counts if
        the user is meanwhile as they were read.
        """
        for _ in range(_TRIES):
            with self._database.read() as connection:
                known = find_user(connection, username, self._sealing)
            outcome, after = log_in(known, password, code, now, self._login)
            with self._database.write() as connection:
                if find_user(connection, username, self._sealing) != known:
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
            change_user(connection, user, self._sealing)
        if user is None or outcome is not Outcome.ADMITTED:
            return None
        session, token = open_session(user.username, now, self._sessions)
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
                see_session(connection, session)
        return Member(
            user.username, user.display_name, user.role, user.principal,
            user.must_change_password, user.totp_secret is not None,
        )  # fmt: skip

    def leave(self, token: str, now: datetime) -> None:
        """End the session; nothing happens when it is over."""
        with self._database.write() as connection:
            found = self._open(connection, token, now)
            if end_session(connection, digest(token)) and found is not None:
                name = found[0].principal.name
                record(connection, Act(name, "logout", name), now)

    def change_password(self, token: str, old: str, new: str, now: datetime) -> None:
        """Ends every session of theirs. Raises LoginRefused, WeakPassword, NotAuthenticated."""
        user = self._of(token, now)
        if not is_password(old, user.password_hash):
            raise LoginRefused("现在的密码不正确")
        check_password(new, user.username)
        if old == new:
            raise WeakPassword("新密码与现在的相同，请另换一个")
        changed = replace(user, password_hash=hash_password(new), must_change_password=False)
        self._change(changed, "password.change", now)

    def enrol(self, token: str, secret: str, code: str, now: datetime) -> None:
        """Set up the second factor that ``secret`` is, proved by a code of it.

        Ends every session of theirs. Raises LoginRefused, NotAuthenticated.
        """
        user = self._of(token, now)
        step = matching_step(secret, code, now, None)
        if step is None:
            raise LoginRefused("动态口令不正确，请核对手机时间后重试")
        self._change(replace(user, totp_secret=secret, totp_last_step=step), "totp.enrol", now)

    def _change(self, user: User, action: str, now: datetime) -> None:
        name = user.principal.name
        with self._database.write() as connection:
            change_user(connection, user, self._sealing)
            end_sessions(connection, user.username, now)
            record(connection, Act(name, action, name), now)

    def _of(self, token: str, now: datetime) -> User:
        with self._database.read() as connection:
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
        user = find_user(connection, session.username, self._sealing)
        if user is None or user.disabled_at is not None or stored is None:
            return None
        return user, stored.last_seen_at, session
