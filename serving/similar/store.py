"""What the index of similar clues needs from the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.similarity import PERMUTATIONS


@dataclass(frozen=True, slots=True)
class StoredSignature:
    """``number`` counts clues up in the order of their arrival; ``signature`` is ``to_bytes``."""

    number: int
    signature: bytes


class SignatureStore(Protocol):
    """Numbers need not be without gaps, and one may appear after a greater one (PostgreSQL gives
    them out before the commit), but not more than ``index.OVERLAP`` behind."""

    def signatures_after(self, number: int, limit: int) -> Sequence[StoredSignature]:
        """At most ``limit`` with a greater number, ascending."""
        ...

    def tally_after(self, number: int) -> tuple[int, int]:
        """How many have a greater number, and the sum of those: tells cheaply what is new."""
        ...


def to_bytes(signature: NDArray[np.uint32]) -> bytes:
    """256 bytes, little-endian, for a column of the database."""
    return signature.astype("<u4").tobytes()


def from_bytes(stored: Sequence[bytes]) -> NDArray[np.uint32]:
    """(n, PERMUTATIONS) of n stored signatures."""
    flat = np.frombuffer(b"".join(stored), dtype="<u4").astype(np.uint32)
    return flat.reshape(len(stored), PERMUTATIONS)
