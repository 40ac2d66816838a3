"""From needs to a list: possible emergencies first, no two alike, one in ten at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from training.suggest.needs import Needs
from training.vectors import Floats

Kind = Literal["emergency", "worth", "control"]
CONTROL = 0.10
_EMERGENCIES = 0.10
"""Share of the list that emergencies in doubt get by right. A quarter cost the other heads up to
five points of macro-F1 in the simulation (``benchmarks/loop.md``); what else is in doubt comes in
by its worth, and everything in doubt is listed first."""
ALIKE = 0.6
"""Cosine from which two clues teach the same."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A row of the candidates and why it is on the list."""

    row: int
    kind: Kind


def choose(
    needs: Needs,
    vectors: sparse.csr_matrix,
    covered: Floats,
    count: int,
    random: np.random.Generator,
) -> list[Chosen]:
    """At most ``count`` rows, the most urgent first and the random control last.

    ``covered`` (n,) is each candidate's likeness to the nearest labelled clue: what is as good as
    labelled is not asked again. The control is drawn first and from all others, so that it shows
    what a random sample would have shown, and of its random order as many are kept as make a tenth
    of the list: fewer than ``count`` may be left to choose from.
    """
    free = covered < ALIKE
    picks = _Picks(vectors, free)
    control = random.permutation(np.flatnonzero(free))
    wanted = min(round(CONTROL * count), int(free.sum()))
    drawn = picks.take(control.tolist(), wanted)
    left = count - len(drawn)
    in_doubt = np.flatnonzero(needs.emergency > 0)
    order = in_doubt[np.argsort(-needs.emergency[in_doubt], kind="stable")].tolist()
    first = picks.take(order, round(_EMERGENCIES * left))
    rest = picks.take_spread(needs.worth(), left - len(first))
    kept = round(CONTROL * len([*first, *rest, *drawn]))
    open_first = sorted([*first, *rest, *drawn[kept:]], key=lambda row: -needs.emergency[row])
    kinds: list[Chosen] = [
        Chosen(row, "emergency" if needs.emergency[row] > 0 else "worth") for row in open_first
    ]
    return [*kinds, *(Chosen(row, "control") for row in drawn[:kept])]


class _Picks:
    """What is taken, and how like it every candidate is."""

    def __init__(self, vectors: sparse.csr_matrix, free: NDArray[np.bool_]) -> None:
        self._vectors = vectors
        self._free = free.copy()
        self._likeness = np.zeros(vectors.shape[0])

    def take(self, order: Sequence[int], count: int) -> list[int]:
        """The first ``count`` of an order that are like nothing taken."""
        taken: list[int] = []
        for row in order:
            if len(taken) >= count:
                break
            if self._free[row]:
                self._mark(row)
                taken.append(row)
        return taken

    def take_spread(self, worth: Floats, count: int) -> list[int]:
        """The worthiest one after the other; worth falls with likeness to what is taken."""
        taken: list[int] = []
        while len(taken) < count and self._free.any():
            value = np.where(self._free, worth * (1 - self._likeness), -1.0)
            row = int(value.argmax())
            self._mark(row)
            taken.append(row)
        return taken

    def _mark(self, row: int) -> None:
        likeness = np.asarray((self._vectors @ self._vectors[row].T).todense()).ravel()
        np.maximum(self._likeness, likeness, out=self._likeness)
        self._free &= self._likeness < ALIKE
        self._free[row] = False
