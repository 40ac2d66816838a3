"""Scores of the n-grams and of a fine-tuned encoder added, with a weight for each head."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from model.calibrate import function_given_module, softmax
from model.heads import HEADS, Labels, Scores, split_outputs
from model.hybrid_reader import HybridReader, mix
from model.reading import Reading
from training.config import TrainingConfig
from training.dataset import Dataset, Targets
from training.fit import LinearLearner
from training.learner import Advance, Outputs, Rows
from training.transformer.fine_tuned import FineTunedLearner

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0)


class StackedLearner:
    """Stacks out-of-fold scores (Wolpert 1992): per head one weight beside the linear margin."""

    def __init__(
        self,
        dataset: Dataset,
        config: TrainingConfig,
        linear: LinearLearner,
        transformer: FineTunedLearner,
    ) -> None:
        self._dataset, self._config = dataset, config
        self._linear, self._transformer = linear, transformer
        self._mixture: Mapping[str, float] = dict.fromkeys(HEADS, 0.0)

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        """Also fixes the mixture. A fold's scores are mixed by what the other folds say."""
        labels, targets = self._dataset.labels, self._dataset.targets
        linear = split_outputs(self._linear.score_out_of_fold(advance), labels)
        transformer = split_outputs(self._transformer.score_out_of_fold(advance), labels)
        mixed = np.zeros((len(targets.module), sum(len(labels.codes(h)) for h in HEADS)))
        for number in range(self._config.folds):
            others, held_out = self._dataset.fold(number)
            mixture = fit_mixture(
                _take(linear, others), _take(transformer, others), targets.take(others), labels
            )
            found = mix(_take(linear, held_out), _take(transformer, held_out), mixture)
            mixed[held_out] = _joined(found)
        self._mixture = fit_mixture(linear, transformer, targets, labels)
        return mixed.astype(np.float32)

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        """With the mixture of the last ``score_out_of_fold``."""
        return self._mixed(
            self._linear.score_held_out(seen, held_out),
            self._transformer.score_held_out(seen, held_out),
        )

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        """With the mixture of the last ``score_out_of_fold``."""
        return self._mixed(
            self._linear.score_readings(seen, readings),
            self._transformer.score_readings(seen, readings),
        )

    def _mixed(self, linear: Outputs, transformer: Outputs) -> Outputs:
        labels = self._dataset.labels
        both = split_outputs(linear, labels), split_outputs(transformer, labels)
        return _joined(mix(*both, self._mixture)).astype(np.float32)

    def learn(self, advance: Advance) -> HybridReader:
        return HybridReader(
            self._linear.learn(advance), self._transformer.learn(advance), self._mixture
        )

    def record(self) -> dict[str, Any]:
        return {**self._transformer.record(), "mixture": dict(self._mixture)}

    def clear(self) -> None:
        self._transformer.clear()


def fit_mixture(
    linear: Scores, transformer: Scores, targets: Targets, labels: Labels
) -> dict[str, float]:
    """Per head the share of the transformer that makes the true labels likeliest, once the sum
    is calibrated by a temperature of its own."""
    module = mix(linear, transformer, dict.fromkeys(HEADS, 1.0)).module
    reference = softmax(module)

    def loss(head: str, share: float) -> float:
        scores = getattr(linear, head) + share * getattr(transformer, head)
        if head == "concern":
            return _least(lambda t: _binary_loss(scores * t, targets.concern))
        truth = getattr(targets, head)
        if head == "function":
            return _least(
                lambda t: _loss(function_given_module(reference, scores * t, labels.allowed), truth)
            )
        return _least(lambda t: _loss(softmax(scores * t), truth))

    return {head: min(SHARES, key=lambda share: loss(head, share)) for head in HEADS}


def _least(loss_at) -> float:  # type: ignore[no-untyped-def]
    """The least loss over inverse temperatures."""
    found = minimize_scalar(lambda log: loss_at(np.exp(log)), bounds=(-3, 4), method="bounded")
    return float(found.fun)


def _loss(probabilities: Any, truth: Any) -> float:
    return float(-np.log(np.maximum(probabilities[np.arange(truth.size), truth], 1e-12)).mean())


def _binary_loss(logits: Any, truth: Any) -> float:
    return float(np.mean(np.logaddexp(0, logits) - truth * logits))


def _take(scores: Scores, rows: Rows) -> Scores:
    return Scores(*(getattr(scores, head)[rows] for head in HEADS))


def _joined(scores: Scores) -> Outputs:
    return np.concatenate([getattr(scores, head) for head in HEADS], axis=-1)
