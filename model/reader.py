"""What every reader does, whichever way it reads: texts in, scores and their grounds out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.heads import Labels, Scores
from model.reading import Reading


@dataclass(frozen=True, slots=True)
class Runtime:
    """How a transformer is run.

    ``threads`` for one window; ``batch`` windows read together when many texts are, which differ
    by at most ``bucket`` tokens, so that little is padded.
    With int8 arithmetic the range of activations is taken over the batch: beyond 1 the scores of
    a text move a little with its neighbours, and on the CPUs measured nothing is gained by it.
    """

    threads: int = 1
    batch: int = 1
    bucket: int = 32


class Impression(Protocol):
    """One text as a reader took it in."""

    @property
    def scores(self) -> Scores:
        """Uncalibrated margins; each array has one dimension."""

    @property
    def known(self) -> float:
        """Share of the text that is like what the reader learned from, at least 0."""

    def weights(self, head: str, code: str) -> NDArray[np.float64]:
        """How much each character of the text as it was read speaks for a label; shape (n,)."""


class Reader(Protocol):
    """Immutable and shared between threads."""

    @property
    def labels(self) -> Labels:
        """The labels of every head."""

    def read(self, readings: Sequence[Reading]) -> Sequence[Impression]:
        """Read several texts."""

    def files(self) -> dict[str, bytes]:
        """The bundle files from which it is loaded again."""


def joined_outputs(reader: Reader, readings: Sequence[Reading]) -> NDArray[np.float32]:
    """All outputs of all heads side by side, shape (texts, outputs)."""
    scores = [impression.scores for impression in reader.read(readings)]
    return np.stack(
        [np.concatenate([s.module, s.urgency, s.function, s.concern]) for s in scores]
    ).astype(np.float32)
