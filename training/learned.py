"""Which clues a model has learned from, so that nobody judges it by them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import Bundle
from model.clue import Clue
from model.reading import Reading, read_clue
from model.signals import parse_signals
from model.similarity import PERMUTATIONS, bigrams, signature

LEARNED = "learned.safetensors"
_SIGNATURES = "signatures"

_BITS = 4
_BY_CHANCE = 0.5**_BITS
_SAME = 0.45
"""Estimated share of common bigrams from which a clue counts as learned from. Folds keep together
what shares 0.6; of the shipped test split no clue comes nearer than 0.37 to one learned from."""


@dataclass(frozen=True, slots=True)
class Learned:
    """b-bit MinHash ``signatures`` (n, PERMUTATIONS), each value 0 … 15, of what was learned from
    (Li & König, "b-bit minwise hashing", 2010).

    Whether a text is among them can be asked; four bits of a hash name no bigram, so that no text
    can be read off. Whole hashes could be looked up in a table of all bigrams.
    """

    signatures: NDArray[np.uint8]

    @classmethod
    def from_readings(cls, readings: Iterable[Reading]) -> "Learned":
        """Of what is counted, as near-copies are found for the folds."""
        found = [signature(bigrams(reading.encoded)) % 2**_BITS for reading in readings]
        return cls(np.array(found, np.uint8).reshape(-1, PERMUTATIONS))

    def knows(self, readings: Iterable[Reading]) -> NDArray[np.bool_]:
        """(n,): which were learned from, word for word or nearly so."""
        asked = Learned.from_readings(readings).signatures
        return np.array([self._nearest(one) >= _SAME for one in asked], bool)

    def file(self) -> bytes:
        """As a file of the bundle, in an order that tells nothing."""
        return save({_SIGNATURES: np.unique(self.signatures, axis=0)})

    def _nearest(self, one: NDArray[np.uint8]) -> float:
        """The greatest estimated Jaccard index; values that are equal by chance are counted out."""
        equal = (self.signatures == one).mean(axis=1).max(initial=0.0)
        return float((equal - _BY_CHANCE) / (1 - _BY_CHANCE))


def learned_from(bundle: Bundle, clues: Sequence[Clue]) -> NDArray[np.bool_] | None:
    """(n,): which of these the model of a bundle has learned from, as it reads them; None for a
    bundle from before this was kept."""
    kept = load(bundle.read(LEARNED)) if LEARNED in bundle.files else {}
    if _SIGNATURES not in kept:
        return None
    signals = parse_signals("signals.yaml", bundle.text("signals.yaml"))
    return Learned(kept[_SIGNATURES]).knows([read_clue(clue, signals) for clue in clues])
