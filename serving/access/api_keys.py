"""Keys of systems: shown once, stored as a digest, with scopes and an end."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from serving.access.errors import NotAuthenticated
from serving.access.policy import Principal, Scope, key_principal
from serving.access.secret_tokens import digest, is_match, new_secret

_TOKEN = re.compile(r"(fz_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
_NOBODY = digest(new_secret())


@dataclass(frozen=True, slots=True)
class ApiKey:
    """``prefix`` is public and unique, ``hash`` the digest of the whole token; times in UTC."""

    prefix: str
    hash: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def principal(self) -> Principal:
        return key_principal(self.prefix, self.scopes)


def issue(
    name: str, scopes: tuple[Scope, ...], created_by: str, now: datetime, lifetime: timedelta
) -> tuple[ApiKey, str]:
    """A new key and its token, which is shown this once and never stored."""
    prefix = f"fz_{secrets.token_hex(4)}"
    token = f"{prefix}_{new_secret()}"
    key = ApiKey(prefix, digest(token), name, scopes, now, created_by, now + lifetime)
    return key, token


def prefix_of(token: str) -> str | None:
    """By what to look the key up; None for what is no token of ours."""
    match = _TOKEN.fullmatch(token)
    return match.group(1) if match else None


def authenticate(token: str, stored: ApiKey | None, now: datetime) -> ApiKey:
    """The key ``stored`` under the token's prefix, if the token is its own and still valid.

    Raises ``NotAuthenticated``, with one message and in about one time whatever was wrong.
    """
    matches = is_match(token, stored.hash if stored else _NOBODY)
    if stored is None or not matches or not stored.is_valid(now):
        raise NotAuthenticated("接口密钥无效或已过期，请向管理员申请")
    return stored


def rotate(
    old: ApiKey, created_by: str, now: datetime, lifetime: timedelta, overlap: timedelta
) -> tuple[ApiKey, ApiKey, str]:
    """The old key ending after ``overlap``, a new one like it, and the new one's token."""
    ends = now + overlap if old.expires_at is None else min(old.expires_at, now + overlap)
    new, token = issue(old.name, old.scopes, created_by, now, lifetime)
    return replace(old, expires_at=ends), new, token


def revoke(key: ApiKey, now: datetime) -> ApiKey:
    return replace(key, revoked_at=key.revoked_at or now)
