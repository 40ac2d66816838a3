"""Figures with their uncertainty: right on the data, honest about groups, paired for comparing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.answers import Answers, HeadAnswers
from training.bootstrap import bootstrap
from training.evaluate import Outcome, head_metrics
from training.measures import measure

CODES = ("甲", "乙", "丙")


def _outcome(truth: list[int], chosen: list[int], seed: int) -> Outcome:
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.ones(3), len(truth))
    return Outcome(
        CODES,
        probabilities,
        np.array(chosen),
        np.array(truth),
        random.random((len(truth), 3)) < 0.7,
        np.ones(len(truth), dtype=bool),
    )


def _answers(outcome: Outcome) -> Answers:
    rows = np.arange(outcome.truth.size)
    head = HeadAnswers(
        outcome.codes,
        outcome.truth,
        outcome.chosen,
        outcome.confidence,
        outcome.sets[rows, outcome.truth],
        outcome.sets.sum(axis=1),
    )
    first = outcome.truth == 0
    return Answers({"module": head}, outcome.chosen == 0, first, {}, np.zeros(0))


labels = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40)


@given(labels, st.integers(0, 9))
@settings(max_examples=60)
def test_the_figures_of_the_data_itself_are_those_of_evaluate(
    pairs: list[tuple[int, int]], seed: int
) -> None:
    outcome = _outcome([a for a, _ in pairs], [b for _, b in pairs], seed)
    wanted = head_metrics(outcome)
    found = measure(_answers(outcome), np.ones((1, len(pairs)), dtype=np.float32))
    for name in ("accuracy", "macro_f1", "ece", "conformal_coverage", "conformal_size"):
        assert found[f"module/{name}"][0] == pytest.approx(wanted[name], abs=1e-6)
    for code, scores in wanted["classes"].items():
        for name in ("recall", "precision", "f1", "conformal_coverage"):
            assert found[f"module/classes/{code}/{name}"][0] == pytest.approx(scores[name])


@given(labels, st.integers(0, 9))
@settings(max_examples=30)
def test_a_weight_of_two_is_the_clue_twice(pairs: list[tuple[int, int]], seed: int) -> None:
    outcome = _outcome([a for a, _ in pairs], [b for _, b in pairs], seed)
    doubled = np.ones((1, len(pairs)), dtype=np.float32) * 2
    once = measure(_answers(outcome), np.ones((1, len(pairs)), dtype=np.float32))
    for name, value in measure(_answers(outcome), doubled).items():
        assert value == pytest.approx(once[name], nan_ok=True)


def _accuracy(right: np.ndarray):  # type: ignore[no-untyped-def]
    return lambda weights: {"accuracy": weights @ right / weights.sum(axis=1)}


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    held = 0
    for seed in range(200):
        right = (random.random(150) < 0.8).astype(float)
        found = bootstrap(
            _accuracy(right), [str(i) for i in range(150)], resamples=300, level=0.9, seed=seed
        )["accuracy"]
        held += found.low <= 0.8 <= found.high
    assert 0.84 <= held / 200 <= 0.96


def test_copies_of_one_letter_make_no_figure_surer() -> None:
    right = (np.random.default_rng(2).random(60) < 0.7).astype(float)
    alone = bootstrap(
        _accuracy(right), [str(i) for i in range(60)], resamples=500, level=0.95, seed=0
    )["accuracy"]
    copied = bootstrap(
        _accuracy(np.repeat(right, 5)),
        [str(i) for i in range(60) for _ in range(5)],
        resamples=500, level=0.95, seed=0,
    )["accuracy"]  # fmt: skip
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low, rel=0.15)


def test_a_model_compared_with_itself_differs_by_nothing() -> None:
    outcome = _answers(_outcome([0, 1, 2] * 20, [0, 1, 1] * 20, 3))
    found = bootstrap(
        lambda weights: {
            name: value - measure(outcome, weights)[name]
            for name, value in measure(outcome, weights).items()
        },
        [str(i) for i in range(60)],
        resamples=100, level=0.95, seed=0,
    )  # fmt: skip
    assert {(e.value, e.low, e.high) for e in found.values()} == {(0.0, 0.0, 0.0)}
