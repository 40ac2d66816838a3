"""How often somebody may ask: a token bucket for each key, in this process, in bounded memory."""

from collections import OrderedDict
from threading import Lock


class RateLimiter:
    """``rate`` requests a second on average, ``burst`` at once.

    With several workers each counts for itself. At ``capacity`` keys the one that asked longest
    ago is forgotten, which gives it a full bucket again; after ``burst / rate`` seconds it would
    have had one anyway.
    """

    def __init__(self, rate: float, burst: int, capacity: int = 10_000) -> None:
        if rate <= 0 or burst < 1 or capacity < 1:
            raise ValueError("rate > 0, burst >= 1 and capacity >= 1 are needed")
        self._rate = rate
        self._burst = burst
        self._capacity = capacity
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, now: float, cost: float = 1.0) -> float:
        """Seconds to wait before asking again; 0.0 if the request is admitted.

        ``now`` is a monotonic clock in seconds. A ``cost`` above ``burst`` counts as ``burst``.
        """
        cost = min(cost, self._burst)
        with self._lock:
            tokens, then = self._buckets.pop(key, (float(self._burst), now))
            tokens = min(self._burst, tokens + max(0.0, now - then) * self._rate)
            admitted = tokens >= cost
            self._buckets[key] = (tokens - cost if admitted else tokens), max(now, then)
            if len(self._buckets) > self._capacity:
                self._buckets.popitem(last=False)
            return 0.0 if admitted else (cost - tokens) / self._rate
