"""The token bucket: a burst, then the rate, each key for itself, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.rate_limit import RateLimiter


def test_a_burst_is_admitted_then_one_at_the_rate() -> None:
    limiter = RateLimiter(rate=2, burst=3)
    assert [limiter.take("a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.take("a", 0.5) == 0
    assert limiter.take("a", 0.5) == 0.5


def test_waiting_as_told_is_enough() -> None:
    limiter = RateLimiter(rate=3, burst=1)
    limiter.take("a", 0.0)
    wait = limiter.take("a", 0.1)
    assert limiter.take("a", 0.1 + wait + 1e-9) == 0


def test_one_key_takes_nothing_from_another() -> None:
    limiter = RateLimiter(rate=1, burst=1)
    assert limiter.take("a", 0.0) == 0
    assert limiter.take("b", 0.0) == 0


def test_a_batch_costs_its_clues_and_one_above_the_burst_is_not_shut_out() -> None:
    limiter = RateLimiter(rate=10, burst=100)
    assert limiter.take("a", 0.0, cost=1000) == 0
    assert limiter.take("a", 0.0, cost=5) == 0.5


def test_a_clock_set_back_gives_nothing_away() -> None:
    limiter = RateLimiter(rate=1, burst=1)
    limiter.take("a", 100.0)
    assert limiter.take("a", 50.0) > 0
    assert limiter.take("a", 100.5) > 0


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(rate=1, burst=1, capacity=100)
    for number in range(10_000):
        limiter.take(str(number), 0.0)
    assert len(limiter) == 100


@given(
    st.floats(0.1, 100),
    st.integers(1, 50),
    st.lists(st.floats(0, 5), min_size=1, max_size=100),
)
def test_never_more_than_burst_and_rate_allow(rate: float, burst: int, gaps: list[float]) -> None:
    limiter = RateLimiter(rate, burst)
    now, admitted = 0.0, 0
    for gap in gaps:
        now += gap
        admitted += limiter.take("a", now) == 0
    assert admitted <= burst + rate * (now - gaps[0]) + 1e-6


@pytest.mark.parametrize(("rate", "burst", "capacity"), [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_a_limit_of_nothing_is_a_mistake_of_the_programmer(
    rate: float, burst: int, capacity: int
) -> None:
    with pytest.raises(ValueError, match="are needed"):
        RateLimiter(rate, burst, capacity)
