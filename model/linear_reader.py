"""The reader that counts: n-grams and one linear score per label."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import Bundle
from model.encode import Features, LinearEncoder
from model.evidence import character_weights
from model.heads import Labels, LinearHeads, Scores
from model.reading import Reading
from model.sound import check_numbers, check_that

WEIGHTS = "linear.safetensors"


@dataclass(frozen=True)
class LinearImpression:
    """Features of one text and the heads that weigh them."""

    features: Features
    heads: LinearHeads
    length: int

    @cached_property
    def scores(self) -> Scores:
        return self.heads.score(self.features)

    @property
    def known(self) -> float:
        """Known occurrences over the three that begin at about every character."""
        return self.features.starts.size / (3 * self.length) if self.length else 1.0

    def weights(self, head: str, code: str) -> NDArray[np.float64]:
        column = self.heads.labels.column(head, code)
        weights = self.heads.weights[self.features.indices, column]
        return character_weights(self.features, self.features.values * weights, self.length)


@dataclass(frozen=True, slots=True)
class LinearReader:
    """Reads the text without punctuation, digits or tone: see ``Reading.encoded``."""

    encoder: LinearEncoder
    heads: LinearHeads

    @property
    def labels(self) -> Labels:
        return self.heads.labels

    def read(self, readings: Sequence[Reading]) -> list[LinearImpression]:
        return [
            LinearImpression(self.encoder.encode(reading.encoded), self.heads, len(reading.encoded))
            for reading in readings
        ]

    def files(self) -> dict[str, bytes]:
        """One file; weights are kept as float16."""
        tensors: dict[str, NDArray[Any]] = {
            "keys": self.encoder.keys.view(np.int64),
            "idf": self.encoder.idf,
            "weights": self.heads.weights.astype(np.float16),
            "bias": self.heads.bias,
            "word_weight": np.array(self.encoder.word_weight),
        }
        return {WEIGHTS: save(tensors)}

    @classmethod
    def from_bundle(cls, bundle: Bundle, labels: Labels) -> "LinearReader":
        """Raises InvalidBundle for a missing or unsound file, KeyError or the like for a wrong
        one."""
        tensors = load(bundle.read(WEIGHTS))
        keys = tensors["keys"].view(np.uint64)
        ascending = keys.ndim == 1 and keys.size > 0 and bool((keys[1:] > keys[:-1]).all())
        check_that(ascending, WEIGHTS, "keys 应为升序的一列")
        for name, shape in {
            "idf": keys.shape,
            "weights": (keys.size, labels.outputs),
            "bias": (labels.outputs,),
            "word_weight": (),
        }.items():
            check_numbers(WEIGHTS, name, tensors[name], shape)
        return cls(
            LinearEncoder(keys, tensors["idf"], float(tensors["word_weight"])),
            LinearHeads(tensors["weights"].astype(np.float32), tensors["bias"], labels),
        )
