"""From counts to what a chart shows: shares with intervals, calibration, risk and coverage.

Pure functions; every share comes with its n.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from serving.queries.stats import Scored

FEW = 20
"""A curve from fewer reviewed clues must say so."""


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``total``; ``low``–``high`` is the 95 % interval, 0–1 where there is nothing,
    and ``value`` then None."""

    right: int
    total: int
    low: float
    high: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """One bin of a reliability diagram: mean confidence against the share that was right."""

    confidence: float
    share: Share


@dataclass(frozen=True, slots=True)
class Operating:
    """What a threshold would do: the share let through, and of those the share that is wrong."""

    threshold: float
    let_through: Share
    wrong: Share


def share(right: int, total: int) -> Share:
    """With Wilson's score interval at 95 % (Wilson 1927), which holds near 0 and 1 too."""
    if total == 0:
        return Share(0, 0, 0.0, 1.0, None)
    z = 1.959964
    p, z2 = right / total, z * z
    middle = (p + z2 / (2 * total)) / (1 + z2 / total)
    half = z * math.sqrt(p * (1 - p) / total + z2 / (4 * total * total)) / (1 + z2 / total)
    low = 0.0 if right == 0 else middle - half  # rounding would leave a trace above 0
    high = 1.0 if right == total else middle + half
    return Share(right, total, low, high, p)


def reliability(levels: Sequence[Scored], bins: int = 10) -> list[Reliability]:
    """Equal bins of confidence; empty ones are left out."""
    found = []
    for number in range(bins):
        inside = [s for s in levels if min(s.permille * bins // 1000, bins - 1) == number]
        total = sum(s.total for s in inside)
        if total:
            mean = sum((s.permille + 0.5) * s.total for s in inside) / total / 1000
            right = sum(s.right for s in inside)
            found.append(Reliability(min(mean, 1.0), share(right, total)))
    return found


def calibration_error(levels: Sequence[Scored], bins: int = 10) -> float | None:
    """Expected calibration error (Naeini 2015) in [0, 1]; None where nothing was reviewed."""
    diagram = reliability(levels, bins)
    total = sum(point.share.total for point in diagram)
    if not total:
        return None
    gaps = (
        abs(point.confidence - point.share.right / point.share.total) * point.share.total
        for point in diagram
    )
    return sum(gaps) / total


def risk_coverage(levels: Sequence[Scored]) -> list[Operating]:
    """For each threshold that would change something, from letting all through to almost none."""
    total = sum(s.total for s in levels)
    curve, through, right = [], 0, 0
    for level in sorted(levels, key=lambda s: -s.permille):
        through += level.total
        right += level.right
        point = Operating(
            level.permille / 1000, share(through, total), share(through - right, through)
        )
        curve.append(point)
    return curve[::-1]
