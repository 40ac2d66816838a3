"""Scores → probabilities that mean what they say, and none for impossible combinations.

Temperature scaling: Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural Networks",
ICML 2017. Platt scaling for the multi-label head: Platt 1999. Both are fitted out of fold.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.heads import Labels, Scores

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Calibrated probabilities in [0, 1]; module, urgency and function each sum to 1.

    ``concern`` is the probability, module by module, that the clue also touches it.
    """

    module: Floats
    urgency: Floats
    function: Floats
    concern: Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """Temperatures (> 0) of the single-label heads, Platt slope and offset of the concerns."""

    module_temperature: float
    urgency_temperature: float
    function_temperature: float
    concern_slope: float
    concern_offset: float

    def apply(self, scores: Scores, labels: Labels) -> Probabilities:
        """Probabilities for scores of shape (…, labels)."""
        module = softmax(scores.module / self.module_temperature)
        return Probabilities(
            module=module,
            urgency=softmax(scores.urgency / self.urgency_temperature),
            function=function_given_module(
                module, scores.function / self.function_temperature, labels.allowed
            ),
            concern=1 / (1 + np.exp(-(self.concern_slope * scores.concern + self.concern_offset))),
        )


def softmax(scores: NDArray[np.floating]) -> Floats:
    """Along the last axis; −inf gives exactly 0."""
    shifted = np.exp(scores.astype(np.float64) - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def function_given_module(
    module: Floats, function_scores: NDArray[np.floating], allowed: NDArray[np.bool_]
) -> Floats:
    """p(f) = Σₘ p(m) · p(f | m), where p(f | m) is a softmax over the functions that m allows.

    Shapes (…, modules), (…, functions), (modules, functions) → (…, functions).
    """
    masked = np.where(allowed, function_scores[..., None, :], -np.inf)
    return np.asarray((module[..., :, None] * softmax(masked)).sum(axis=-2))
