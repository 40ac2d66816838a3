"""How far two models differ on live clues, in an interval that holds at every moment.

A test that is looked at every morning until it pleases is wrong far more often than it says. The
interval here may be looked at after every clue: the chance that it ever misses the true
difference is at most α. It is a confidence sequence by betting: for every supposed difference m
a gambler bets, at odds fair under m, that the observed differences are larger (or smaller); m is
refused once the gambler has multiplied the stake by 2/α, which happens with probability at most
α/2 (Ville's inequality, 1939). Waudby-Smith & Ramdas, "Estimating means of bounded random
variables by betting", JRSS B 2024; the bets are mixed over a grid instead of being tuned, so the
capital depends on counts alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STAKES = np.linspace(0.025, 0.975, 20)
"""Shares of the largest bet that cannot go broke."""
_MEANS = np.linspace(-0.999, 0.999, 1999)


@dataclass(frozen=True, slots=True)
class Tally:
    """Clues that only the challenger read right, that only the champion did, and the others."""

    wins: int
    losses: int
    ties: int

    @property
    def count(self) -> int:
        return self.wins + self.losses + self.ties

    @property
    def difference(self) -> float:
        """Challenger's accuracy less the champion's."""
        return (self.wins - self.losses) / self.count if self.count else 0.0


def log_capital(tally: Tally, mean: Floats) -> Floats:
    """Logarithm of what one unit staked on "the true difference is above ``mean``" has become.

    Outcomes are 1, 0 and −1. Where ``mean`` is true, or too high, the capital is a non-negative
    supermartingale that starts at one.
    """
    bet = _STAKES[:, None] / (1 + mean[None, :])
    grown = (
        tally.wins * np.log1p(bet * (1 - mean))
        + tally.ties * np.log1p(-bet * mean)
        + tally.losses * np.log1p(-bet * (1 + mean))
    )
    top = grown.max(axis=0)
    return np.asarray(top + np.log(np.exp(grown - top).mean(axis=0)))


def confidence_sequence(tally: Tally, alpha: float) -> tuple[float, float]:
    """The differences in accuracy not refused so far, as an interval within [−1, 1]."""
    bound = np.log(2 / alpha)
    mirrored = Tally(tally.losses, tally.wins, tally.ties)
    kept = (log_capital(tally, _MEANS) < bound) & (log_capital(mirrored, -_MEANS) < bound)
    left = _MEANS[kept]
    step = float(_MEANS[1] - _MEANS[0])
    if not left.size:  # nothing between two points of the grid was kept
        return tally.difference - step, tally.difference + step
    return max(-1.0, float(left[0]) - step), min(1.0, float(left[-1]) + step)
