"""Index of the signatures of all stored clues: in memory, rebuilt from the database, incremental.

A log-structured merge of sorted segments (O'Neil et al. 1996): what is new is compared one by one,
what is old by binary search. The database stays the only truth; each process catches up with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from model.similarity import ALIKE, PERMUTATIONS, band_keys
from serving.similar.segment import Segment, estimate, fingerprints
from serving.similar.store import SignatureStore, StoredSignature, from_bytes

OVERLAP = 1000
"""Numbers read again when catching up, for transactions that committed late."""
_FRESH = 4096
_LARGEST = 1 << 17
_PAGE = 50_000
_SLACK = 0.15
"""Below ALIKE by two standard errors of the estimate, so that ranking loses next to nothing."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored clue that may be a near-copy, to be confirmed by ``model.similarity.compare``."""

    number: int
    estimate: float


class SimilarIndex:
    """Thread-safe; holds the newest ``capacity`` clues in about 200 bytes each."""

    def __init__(self, capacity: int = 2_000_000) -> None:
        self._capacity = capacity
        self._segments: tuple[Segment, ...] = ()
        self._numbers = np.zeros(_FRESH, dtype=np.int64)
        self._signatures = np.zeros((_FRESH, PERMUTATIONS), dtype=np.uint32)
        self._fresh = 0
        self._newest = 0
        self._recent: dict[int, None] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return sum(segment.numbers.size for segment in self._segments) + self._fresh

    def catch_up(self, store: SignatureStore) -> int:
        """Read what others stored since; on an empty index, everything. Returns how many."""
        with self._lock:
            before = len(self)
            read_to = max(0, self._newest - OVERLAP)
            if before and store.tally_after(read_to) == self._tally_after(read_to):
                return 0
            while page := store.signatures_after(read_to, _PAGE):
                self._add_all([stored for stored in page if stored.number not in self._recent])
                read_to = page[-1].number
            return len(self) - before

    def _tally_after(self, number: int) -> tuple[int, int]:
        late = [one for one in self._recent if one > number]
        return len(late), sum(late)

    def add(self, number: int, signature: NDArray[np.uint32]) -> None:
        """Add one clue; a number that was added before is left as it is."""
        with self._lock:
            if number not in self._recent:
                self._append(np.array([number]), signature[np.newaxis])

    def query(self, signature: NDArray[np.uint32], limit: int = 50) -> list[Candidate]:
        """The most promising near-copies, best first, the older of equals first."""
        with self._lock:
            segments, fresh = self._segments, self._fresh
            numbers = self._numbers[:fresh].copy()
            prints = fingerprints(self._signatures[:fresh])
        own = fingerprints(signature)
        keys = band_keys(signature[np.newaxis])[0]
        found = [(numbers, estimate(prints, own))]
        found += [segment.candidates(keys, own) for segment in segments]
        all_numbers = np.concatenate([numbers for numbers, _ in found])
        estimates = np.concatenate([estimates for _, estimates in found])
        promising = np.flatnonzero(estimates >= ALIKE - _SLACK)
        best = promising[np.lexsort((all_numbers[promising], -estimates[promising]))]
        return [Candidate(int(all_numbers[i]), float(estimates[i])) for i in islice(best, limit)]

    def _add_all(self, stored: Sequence[StoredSignature]) -> None:
        if stored:
            numbers = np.array([one.number for one in stored], dtype=np.int64)
            self._append(numbers, from_bytes([one.signature for one in stored]))

    def _append(self, numbers: NDArray[np.int64], signatures: NDArray[np.uint32]) -> None:
        """(n,) numbers and their (n, PERMUTATIONS) signatures, as many at once as there is room."""
        taken = 0
        while taken < numbers.size:
            if self._fresh == _FRESH:
                self._settle()
            size = min(_FRESH - self._fresh, numbers.size - taken)
            self._numbers[self._fresh : self._fresh + size] = numbers[taken : taken + size]
            self._signatures[self._fresh : self._fresh + size] = signatures[taken : taken + size]
            self._fresh += size
            taken += size
        self._newest = max(self._newest, int(numbers.max()))
        self._recent |= dict.fromkeys(numbers[-2 * OVERLAP :].tolist())
        for number in list(islice(self._recent, max(0, len(self._recent) - 2 * OVERLAP))):
            del self._recent[number]

    def _settle(self) -> None:
        """Sort what is fresh into a segment; merge equal ones, as a binary counter carries."""
        segment = Segment.build(self._numbers.copy(), self._signatures)
        segments = list(self._segments)
        while segments and segments[-1].numbers.size == segment.numbers.size < _LARGEST:
            segment = Segment.merge(segments.pop(), segment)
        segments.append(segment)
        while sum(one.numbers.size for one in segments) > self._capacity and len(segments) > 1:
            segments.pop(0)
        self._segments = tuple(segments)
        self._fresh = 0
