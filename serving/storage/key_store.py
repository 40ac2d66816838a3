"""API keys in the database."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from serving.access.api_keys import ApiKey
from serving.access.policy import Scope
from serving.storage.access_tables import api_keys


def find_key(connection: Connection, prefix: str) -> ApiKey | None:
    row = connection.execute(select(api_keys).where(api_keys.c.prefix == prefix)).one_or_none()
    return None if row is None else _key(row)


def all_keys(connection: Connection) -> list[ApiKey]:
    return [
        _key(row) for row in connection.execute(select(api_keys).order_by(api_keys.c.created_at))
    ]


def add_key(connection: Connection, key: ApiKey) -> None:
    connection.execute(insert(api_keys).values(_columns(key)))


def change_key(connection: Connection, key: ApiKey) -> None:
    """Store a new end or revocation."""
    ends = {"expires_at": key.expires_at, "revoked_at": key.revoked_at}
    connection.execute(update(api_keys).where(api_keys.c.prefix == key.prefix).values(ends))


def used(connection: Connection, prefix: str, now: datetime) -> None:
    """Note when a key was last used, for those who look for keys that nobody needs."""
    mine = api_keys.c.prefix == prefix
    connection.execute(update(api_keys).where(mine).values(last_used_at=now))


def _columns(key: ApiKey) -> dict[str, Any]:
    return {**asdict(key), "scopes": ";".join(key.scopes)}


def _key(row: Any) -> ApiKey:
    return ApiKey(
        prefix=row.prefix,
        hash=row.hash,
        name=row.name,
        scopes=tuple(Scope(code) for code in row.scopes.split(";") if code),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
