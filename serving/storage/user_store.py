"""People and their sessions in the database. The second factor's secret is sealed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from serving.access.login import User
from serving.access.policy import Role
from serving.access.sessions import Session
from serving.storage.access_tables import sessions, users

Seal = Callable[[str, str], bytes]
Unseal = Callable[[bytes, str], str]


def find_user(connection: Connection, username: str, unseal: Unseal) -> User | None:
    row = connection.execute(_named(username)).one_or_none()
    return None if row is None else _user(row, unseal)


def lock_user(connection: Connection, username: str, unseal: Unseal) -> User | None:
    """Nobody else changes them until the end of the transaction: all failed attempts count."""
    row = connection.execute(_named(username).with_for_update()).one_or_none()
    return None if row is None else _user(row, unseal)


def _named(username: str) -> Select[Any]:
    return select(users).where(users.c.username == username)


def all_users(connection: Connection) -> list[User]:
    """Without their second factors."""
    found = connection.execute(select(users).order_by(users.c.username))
    return [_user(row, None) for row in found]


def add_user(connection: Connection, user: User, seal: Seal, now: datetime) -> None:
    """Raises IntegrityError when the name is taken."""
    connection.execute(insert(users).values({**_columns(user, seal), "created_at": now}))


def change_user(connection: Connection, user: User, seal: Seal) -> None:
    mine = users.c.username == user.username
    connection.execute(update(users).where(mine).values(_columns(user, seal)))


def find_session(connection: Connection, token_hash: str) -> Session | None:
    row = connection.execute(
        select(sessions).where(sessions.c.token_hash == token_hash)
    ).one_or_none()
    return None if row is None else Session(**row._asdict())


def add_session(connection: Connection, session: Session) -> None:
    connection.execute(
        insert(sessions).values(
            token_hash=session.token_hash, username=session.username,
            created_at=session.created_at, last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
        )
    )  # fmt: skip


def touch_session(connection: Connection, session: Session) -> None:
    mine = sessions.c.token_hash == session.token_hash
    connection.execute(update(sessions).where(mine).values(last_seen_at=session.last_seen_at))


def end_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions_of(connection: Connection, username: str) -> None:
    """After a new password, a new role, or when someone leaves."""
    connection.execute(delete(sessions).where(sessions.c.username == username))


def end_expired_sessions(connection: Connection, now: datetime) -> None:
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))


def _bound(username: str) -> str:
    return f"totp:{username}"


def _columns(user: User, seal: Seal) -> dict[str, Any]:
    secret = user.totp_secret
    return {
        "username": user.username,
        "display_name": user.display_name,
        "role": user.role.value,
        "handles_protected": user.handles_protected,
        "password_hash": user.password_hash,
        "must_change_password": user.must_change_password,
        "failed_attempts": user.failed_attempts,
        "locked_until": user.locked_until,
        "totp_sealed": None if secret is None else seal(secret, _bound(user.username)),
        "totp_last_step": user.totp_last_step,
        "disabled_at": user.disabled_at,
    }


def _user(row: Any, unseal: Unseal | None) -> User:
    secret = None
    if row.totp_sealed is not None and unseal is not None:
        secret = unseal(bytes(row.totp_sealed), _bound(row.username))
    return User(
        username=row.username,
        display_name=row.display_name,
        role=Role(row.role),
        password_hash=row.password_hash,
        handles_protected=row.handles_protected,
        must_change_password=row.must_change_password,
        failed_attempts=row.failed_attempts,
        locked_until=row.locked_until,
        totp_secret=secret,
        totp_last_step=row.totp_last_step,
        disabled_at=row.disabled_at,
    )
