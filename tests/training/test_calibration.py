"""Operating points: bounds that hold, and an honest "nothing passes"."""

import numpy as np
import pytest

from training.calibration import (
    EVERYTHING_PASSES,
    NOTHING_PASSES,
    fewest_for_recall,
    recall_gate,
    risk_controlled_gate,
    upper_error_bound,
)


def _items(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Confidence uniform in [0.3, 1], and right as often as it says."""
    random = np.random.default_rng(seed)
    confidence = random.uniform(0.3, 1, count)
    return confidence, random.uniform(size=count) < confidence


def test_the_error_let_through_stays_below_the_risk_asked() -> None:
    exceeded = 0
    for seed in range(100):
        gate = risk_controlled_gate(*_items(1500, seed), risk=0.1, level=0.95)
        unseen, right = _items(20_000, seed + 1000)
        passed = unseen >= gate
        exceeded += int((~right[passed]).sum()) > 0.1 * passed.sum()
    assert exceeded <= 11  # 95 % confidence: five expected, eleven at p < 0.01


def test_more_evidence_lets_more_through() -> None:
    few = risk_controlled_gate(*_items(150, 1), risk=0.1, level=0.95)
    many = risk_controlled_gate(*_items(20_000, 1), risk=0.1, level=0.95)
    assert many < few


def test_nothing_passes_when_the_risk_cannot_be_met() -> None:
    confidence = np.full(200, 0.9)
    assert risk_controlled_gate(confidence, np.zeros(200, bool), 0.1, 0.95) == NOTHING_PASSES


@pytest.mark.parametrize(
    ("errors", "count", "bound"),
    [(0, 29, 0.0981), (1, 50, 0.0914), (10, 10, 1.0)],
)
def test_upper_bound_is_clopper_and_pearson(errors: int, count: int, bound: float) -> None:
    assert upper_error_bound(errors, count, 0.95) == pytest.approx(bound, abs=2e-4)


def test_the_recall_gate_finds_the_share_asked_of_the_true_items() -> None:
    recalls = []
    for seed in range(200):
        confidence = np.random.default_rng(seed).beta(2, 5, size=100)
        gate = recall_gate(confidence, np.ones(100, bool), 0.95)
        recalls.append((np.random.default_rng(seed + 500).beta(2, 5, size=2000) >= gate).mean())
    assert np.mean(recalls) == pytest.approx(0.9505, abs=0.006)


def test_with_too_few_emergencies_everything_raises_the_alarm() -> None:
    assert recall_gate(np.array([0.9, 0.8]), np.array([True, True]), 0.95) < -1e6


@pytest.mark.parametrize("recall", [0.5, 0.8, 0.9, 0.95, 0.97, 0.99])
def test_it_is_known_how_many_emergencies_set_a_threshold(recall: float) -> None:
    enough = fewest_for_recall(recall)
    assert recall_gate(np.arange(float(enough)), np.ones(enough, bool), recall) >= 0
    fewer = enough - 1
    assert recall_gate(np.arange(float(fewer)), np.ones(fewer, bool), recall) == EVERYTHING_PASSES
