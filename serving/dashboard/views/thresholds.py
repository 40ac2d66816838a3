"""What another threshold would do, against the present one; of the clues that people reviewed."""

from collections.abc import Sequence
from dataclasses import dataclass

from serving.queries.curves import Share, share
from serving.queries.stats import Scored


@dataclass(frozen=True, slots=True)
class WhatIf:
    """At ``threshold``: the share let through without a look, and of those the share wrong.

    ``more_through`` and ``more_wrong`` are clues against the present threshold.
    """

    threshold: float
    let_through: Share
    wrong: Share
    more_through: int
    more_wrong: int


def what_if(levels: Sequence[Scored], threshold: float, present: float) -> WhatIf:
    through, wrong = _through(levels, threshold)
    now_through, now_wrong = _through(levels, present)
    total = sum(level.total for level in levels)
    return WhatIf(
        threshold, share(through, total), share(wrong, through), through - now_through,
        wrong - now_wrong,
    )  # fmt: skip


def _through(levels: Sequence[Scored], threshold: float) -> tuple[int, int]:
    """Clues whose confidence reaches the threshold, and those of them that were wrong."""
    limit = round(threshold * 1000)
    kept = [level for level in levels if level.permille >= limit]
    total = sum(level.total for level in kept)
    return total, total - sum(level.right for level in kept)


def signed(number: int) -> str:
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number < 0 else "不变"
