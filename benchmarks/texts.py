"""Texts as the contenders read them: as sent, as fenzhen reads them, as the encoder sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.clue import Clue
from model.reading import Reading, read_clue
from model.signals import load_signals
from training.folds import near_copy_groups
from training.transformer.base import load_base
from training.transformer.embeddings import pooled_states
from training.transformer.export import to_8_bit, to_onnx
from training.transformer.settings import TransformerConfig


@dataclass(frozen=True)
class Texts:
    """``states`` (n, hidden) are mean states of the frozen encoder, ``groups`` (n,) what no split
    may part."""

    raw: Sequence[str]
    readings: Sequence[Reading]
    states: NDArray[np.float32]
    groups: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> "Texts":
        return Texts(
            [self.raw[i] for i in rows],
            [self.readings[i] for i in rows],
            self.states[rows],
            self.groups[rows],
        )


class Encoder:
    """The frozen encoder behind a cache on disk."""

    def __init__(self, cache: Path) -> None:
        base = load_base(TransformerConfig(cache=cache, threads=1))
        self._encoder = base.onnx_encoder(to_8_bit(to_onnx(base.encoder, base.read_layers)))
        self._cache = cache
        self._signals = load_signals(Path("datasets/signals.yaml"))

    def texts(self, rows: Sequence[Mapping[str, str]]) -> Texts:
        """Rows with ``text`` and, where there are, ``title`` and ``author_group``."""
        clues = [Clue(text=row["text"], title=row.get("title") or None) for row in rows]
        readings = [read_clue(clue, self._signals) for clue in clues]
        raw = [f"{clue.title or ''} {clue.text}" for clue in clues]
        authors = [row.get("author_group") or str(number) for number, row in enumerate(rows)]
        states = pooled_states(
            self._encoder, [reading.written for reading in readings], self._cache, print
        )
        groups = near_copy_groups(readings, authors)
        return Texts(raw, readings, states, groups)
