"""Features → one score per label of every head."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.encode import Features

HEADS = ("module", "urgency", "function", "concern")
"""The heads in the order of their outputs."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The label codes of every head, in the order of its scores.

    ``concerns`` are the modules that a clue may touch besides its own.
    ``allowed`` (modules, functions) says which function can handle which module (label contract).
    """

    modules: tuple[str, ...]
    urgencies: tuple[str, ...]
    functions: tuple[str, ...]
    concerns: tuple[str, ...]
    allowed: NDArray[np.bool_]

    @property
    def outputs(self) -> int:
        """How many outputs all heads have side by side."""
        return sum(len(self.codes(head)) for head in HEADS)

    def codes(self, head: str) -> tuple[str, ...]:
        """The codes of ``module``, ``urgency``, ``function`` or ``concern``."""
        return {
            "module": self.modules,
            "urgency": self.urgencies,
            "function": self.functions,
            "concern": self.concerns,
        }[head]

    def column(self, head: str, code: str) -> int:
        """Where the label stands among the outputs of all heads side by side."""
        before = HEADS[: HEADS.index(head)]
        return sum(len(self.codes(name)) for name in before) + self.codes(head).index(code)


@dataclass(frozen=True, slots=True)
class Scores:
    """Uncalibrated margins; shapes (…, modules), (…, urgencies), (…, functions), (…, concerns)."""

    module: NDArray[np.float32]
    urgency: NDArray[np.float32]
    function: NDArray[np.float32]
    concern: NDArray[np.float32]

    def times(self, factor: float) -> "Scores":
        """Every margin weaker or stronger, none past another."""
        return Scores(*(getattr(self, head) * np.float32(factor) for head in HEADS))


@dataclass(frozen=True, slots=True)
class LinearHeads:
    """One-versus-rest linear scores of all heads in one matrix.

    ``weights`` (vocabulary, outputs) and ``bias`` (outputs,), the outputs in the order
    modules, urgencies, functions, concerns.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    labels: Labels

    def score(self, features: Features) -> Scores:
        """Scores of one text; each array has one dimension."""
        return split_outputs(self.outputs(features), self.labels)

    def outputs(self, features: Features) -> NDArray[np.float32]:
        """All outputs of one text side by side, shape (outputs,)."""
        return np.asarray(features.values @ self.weights[features.indices] + self.bias)


def split_outputs(outputs: NDArray[np.float32], labels: Labels) -> Scores:
    """Part an array of shape (…, outputs) into its heads."""
    sizes = (len(labels.modules), len(labels.urgencies), len(labels.functions))
    return Scores(*np.split(outputs, np.cumsum(sizes), axis=-1))
