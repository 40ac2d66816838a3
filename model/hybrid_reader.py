"""Both readers on one text; what the transformer says is added with a weight per head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.bundle import Bundle, json_bytes
from model.heads import HEADS, Labels, Scores
from model.linear_reader import LinearReader
from model.reader import Impression, Runtime
from model.reading import Reading
from model.sound import check_numbers
from model.transformer_reader import TransformerReader

MIXTURE = "hybrid.json"


def mix(linear: Scores, transformer: Scores, mixture: Mapping[str, float]) -> Scores:
    """The linear margin plus ``mixture[head]`` times the transformer's, head by head."""
    return Scores(
        *(
            np.asarray(getattr(linear, head) + mixture[head] * getattr(transformer, head))
            for head in HEADS
        )
    )


@dataclass(frozen=True)
class HybridImpression:
    """What both readers made of one text."""

    linear: Impression
    transformer: Impression
    mixture: Mapping[str, float]

    @cached_property
    def scores(self) -> Scores:
        return mix(self.linear.scores, self.transformer.scores, self.mixture)

    @property
    def known(self) -> float:
        """The stricter of the two: that of the n-grams."""
        return min(self.linear.known, self.transformer.known)

    def weights(self, head: str, code: str) -> NDArray[np.float64]:
        share = self.mixture[head]
        return self.linear.weights(head, code) + share * self.transformer.weights(head, code)


@dataclass(frozen=True, slots=True)
class HybridReader:
    """``mixture`` is the transformer's weight for every head, 1 where both were fitted together."""

    linear: LinearReader
    transformer: TransformerReader
    mixture: Mapping[str, float]

    @property
    def labels(self) -> Labels:
        return self.linear.labels

    def read(self, readings: Sequence[Reading]) -> list[HybridImpression]:
        both = zip(self.linear.read(readings), self.transformer.read(readings), strict=True)
        return [HybridImpression(linear, found, self.mixture) for linear, found in both]

    def files(self) -> dict[str, bytes]:
        mixture = {MIXTURE: json_bytes(dict(self.mixture))}
        return {**self.linear.files(), **self.transformer.files(), **mixture}

    @classmethod
    def from_bundle(cls, bundle: Bundle, labels: Labels, runtime: Runtime) -> "HybridReader":
        """Raises InvalidBundle for a missing or unsound file, something else for a wrong one."""
        mixture = bundle.json(MIXTURE)
        for head in HEADS:
            check_numbers(MIXTURE, head, mixture[head])
        return cls(
            LinearReader.from_bundle(bundle, labels),
            TransformerReader.from_bundle(bundle, labels, runtime),
            {head: float(mixture[head]) for head in HEADS},
        )
