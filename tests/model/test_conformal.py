"""Candidate sets: class-conditional coverage, equal to an independent implementation."""

import numpy as np
import pytest
from crepes import ConformalClassifier

from model.conformal import candidates, class_quantiles


def _sample(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Seven imbalanced classes with overlapping Gaussian scores; the rarest about 2 %."""
    random = np.random.default_rng(seed)
    truth = random.choice(7, size=count, p=[0.34, 0.2, 0.16, 0.12, 0.1, 0.06, 0.02])
    scores = random.normal(size=(count, 7))
    scores[np.arange(count), truth] += 1.5
    exponents = np.exp(scores)
    return exponents / exponents.sum(axis=1, keepdims=True), truth


def test_every_class_is_covered_as_stated_even_the_rarest() -> None:
    calibration, truth = _sample(3000, seed=1)
    quantiles = class_quantiles(calibration, truth, 0.9)
    unseen, unseen_truth = _sample(40_000, seed=2)
    sets = candidates(unseen, quantiles)
    for label in range(7):
        rows = unseen_truth == label
        assert sets[rows, label].mean() == pytest.approx(0.9, abs=0.05)


def test_agrees_with_crepes() -> None:
    calibration, truth = _sample(2000, seed=3)
    unseen, _ = _sample(500, seed=4)
    oracle = ConformalClassifier()
    oracle.fit(1 - calibration[np.arange(truth.size), truth], bins=truth)
    expected = np.stack(
        [
            oracle.predict_set(
                1 - unseen, bins=np.full(len(unseen), label), confidence=0.9, smoothing=False
            )[:, label]
            for label in range(7)
        ],
        axis=1,
    )
    ours = candidates(unseen, class_quantiles(calibration, truth, 0.9))
    assert (ours == expected.astype(bool)).mean() > 0.999


def test_a_class_with_too_few_examples_is_always_a_candidate() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    quantiles = class_quantiles(probabilities, np.array([0, 0, 1]), 0.9)
    assert quantiles[1] == 1
