"""Which clues a model has learned from, so that nobody judges it by them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import Bundle
from model.clue import Clue
from model.reading import whole_text
from model.similarity import PERMUTATIONS, bigrams, signature

LEARNED = "learned.safetensors"

_SAME = 0.75
"""Estimated share of common bigrams from which a clue counts as learned from: well above what
folds keep together, so that no clue of another fold is taken for a copy by chance, and far below
what an added word, a masked name or another number leaves."""


@dataclass(frozen=True, slots=True)
class Learned:
    """MinHash ``signatures`` (n, PERMUTATIONS) of the clues; no text can be read from them."""

    signatures: NDArray[np.uint32]

    @classmethod
    def from_clues(cls, clues: Iterable[Clue]) -> "Learned":
        """Title and text of each, without white space and punctuation."""
        found = [signature(bigrams(whole_text(clue))) for clue in clues]
        return cls(np.array(found, np.uint32).reshape(-1, PERMUTATIONS))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "Learned":
        """Nothing for a bundle from before this file was kept."""
        if LEARNED not in bundle.files:
            return cls.from_clues(())
        return cls(load(bundle.read(LEARNED))["signatures"].view(np.uint32))

    def __or__(self, other: "Learned") -> "Learned":
        return Learned(np.concatenate([self.signatures, other.signatures]))

    def knows(self, clues: Sequence[Clue]) -> NDArray[np.bool_]:
        """(n,): which were learned from, word for word or nearly so."""
        if not self.signatures.size:
            return np.zeros(len(clues), bool)
        asked = Learned.from_clues(clues).signatures
        alike = [(self.signatures == one).mean(axis=1).max() for one in asked]
        return np.array(alike) >= _SAME

    def file(self) -> bytes:
        """As a file of the bundle, in an order that tells nothing."""
        rows = np.unique(self.signatures, axis=0)
        return save({"signatures": rows.view(np.int32)})
