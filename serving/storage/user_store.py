"""People and their sessions in the database. Second factors are sealed, tokens are digests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from serving.access.login import User
from serving.access.policy import Role
from serving.access.sessions import Session
from serving.storage.access_tables import sessions, users


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a second factor is closed and opened: content and whose it is."""

    seal: Callable[[str, str], bytes]
    unseal: Callable[[bytes, str], str]


def find_user(connection: Connection, username: str, sealing: Sealing) -> User | None:
    row = connection.execute(select(users).where(users.c.username == username)).one_or_none()
    return None if row is None else _user(row, sealing)


def all_users(connection: Connection, sealing: Sealing) -> list[User]:
    found = connection.execute(select(users).order_by(users.c.username))
    return [_user(row, sealing) for row in found]


def add_user(connection: Connection, user: User, sealing: Sealing, now: datetime) -> None:
    values = {"username": user.username, "created_at": now, **_columns(user, sealing)}
    connection.execute(insert(users).values(values))


def change_user(connection: Connection, user: User, sealing: Sealing) -> None:
    """Store everything but the name."""
    mine = users.c.username == user.username
    connection.execute(update(users).where(mine).values(_columns(user, sealing)))


def add_session(connection: Connection, session: Session) -> None:
    connection.execute(insert(sessions).values(
        token_hash=session.token_hash, username=session.username, created_at=session.created_at,
        last_seen_at=session.last_seen_at, expires_at=session.expires_at,
    ))  # fmt: skip


def find_session(connection: Connection, token_hash: str) -> Session | None:
    row = connection.execute(
        select(sessions).where(sessions.c.token_hash == token_hash)
    ).one_or_none()
    return None if row is None else Session(**row._asdict())


def see_session(connection: Connection, session: Session) -> None:
    """Store when it was last seen."""
    mine = sessions.c.token_hash == session.token_hash
    connection.execute(update(sessions).where(mine).values(last_seen_at=session.last_seen_at))


def end_session(connection: Connection, token_hash: str) -> bool:
    """Whether there was one."""
    gone = connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))
    return bool(gone.rowcount)


def end_sessions(connection: Connection, username: str, expired_at: datetime) -> None:
    """All of a person's, and anybody's whose time is over."""
    mine = sessions.c.username == username
    connection.execute(delete(sessions).where(mine | (sessions.c.expires_at <= expired_at)))


def _columns(user: User, sealing: Sealing) -> dict[str, Any]:
    secret = user.totp_secret
    return {
        "display_name": user.display_name,
        "role": user.role.value,
        "handles_protected": user.handles_protected,
        "password_hash": user.password_hash,
        "must_change_password": user.must_change_password,
        "failed_attempts": user.failed_attempts,
        "locked_until": user.locked_until,
        "totp_sealed": None if secret is None else sealing.seal(secret, _whose(user.username)),
        "totp_last_step": user.totp_last_step,
        "disabled_at": user.disabled_at,
    }


def _user(row: Row[Any], sealing: Sealing) -> User:
    sealed = row.totp_sealed
    return User(
        username=row.username,
        display_name=row.display_name,
        role=Role(row.role),
        password_hash=row.password_hash,
        handles_protected=row.handles_protected,
        must_change_password=row.must_change_password,
        failed_attempts=row.failed_attempts,
        locked_until=row.locked_until,
        totp_secret=None if sealed is None else sealing.unseal(bytes(sealed), _whose(row.username)),
        totp_last_step=row.totp_last_step,
        disabled_at=row.disabled_at,
    )


def _whose(username: str) -> str:
    """What a second factor is bound to, so that it cannot be passed off as another's."""
    return f"user:{username}"
