"""The door for systems: a key is looked up, remembered for a moment, and may not come too often."""

import math
import time
from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock

from model.errors import FenzhenError
from serving.access.api_keys import ApiKey, authenticate, prefix_of
from serving.access.policy import Principal
from serving.access.secret_tokens import digest
from serving.rate_limit import RateLimiter
from serving.storage.database import Database
from serving.storage.key_store import find_key

REMEMBERED_SECONDS = 5.0
"""How long a revoked key may still open the door."""

_MOST_REMEMBERED = 1000


class TooManyRequestsError(FenzhenError):
    """The key asks more often than it may."""

    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, wait: float) -> None:
        self.seconds = math.ceil(wait)
        super().__init__(f"请求过于频繁，请在 {self.seconds} 秒后重试")


class Door:
    """Safe to share between threads."""

    def __init__(self, database: Database, requests_per_minute: int) -> None:
        self._database = database
        per_second = requests_per_minute / 60
        self._limiter = RateLimiter(per_second, max(1, math.ceil(2 * per_second)))
        self._known: OrderedDict[str, tuple[float, ApiKey]] = OrderedDict()
        self._lock = Lock()

    def principal(self, token: str) -> Principal:
        """Whom the token belongs to.

        Raises NotAuthenticated, TooManyRequestsError, StorageUnavailableError.
        """
        now = time.monotonic()
        key = self._remembered(digest(token), now) or self._looked_up(token, now)
        wait = self._limiter.take(key.prefix, now)
        if wait:
            raise TooManyRequestsError(wait)
        return key.principal

    def _remembered(self, mark: str, now: float) -> ApiKey | None:
        with self._lock:
            at, key = self._known.get(mark, (-math.inf, None))
        fresh = now - at < REMEMBERED_SECONDS and key is not None
        return key if fresh and key is not None and key.is_valid(datetime.now(UTC)) else None

    def _looked_up(self, token: str, now: float) -> ApiKey:
        prefix = prefix_of(token)
        stored = None
        if prefix is not None:
            with self._database.read() as connection:
                stored = find_key(connection, prefix)
        key = authenticate(token, stored, datetime.now(UTC))
        with self._lock:
            self._known[digest(token)] = (now, key)
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return key
