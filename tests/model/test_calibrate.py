"""Probabilities: they sum to one, and impossible combinations get none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.calibrate import Calibration, function_given_module, softmax
from model.heads import Labels, Scores

LABELS = Labels(
    modules=("public_interest", "service_center", "out_of_scope"),
    urgencies=("critical", "urgent", "normal", "inquiry"),
    functions=("public_interest_litigation", "civil", "criminal", "transfer"),
    concerns=("public_interest", "service_center"),
    allowed=np.array([[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool),
)
_scores = st.floats(-30, 30, width=32)


def _calibration() -> Calibration:
    return Calibration(0.5, 0.7, 0.9, 1.5, -1.0)


@given(
    arrays(np.float32, 3, elements=_scores),
    arrays(np.float32, 4, elements=_scores),
    arrays(np.float32, 4, elements=_scores),
    arrays(np.float32, 2, elements=_scores),
)
def test_every_head_sums_to_one(
    module: np.ndarray, urgency: np.ndarray, function: np.ndarray, concern: np.ndarray
) -> None:
    found = _calibration().apply(Scores(module, urgency, function, concern), LABELS)
    for head in (found.module, found.urgency, found.function):
        assert np.isclose(head.sum(), 1) and (head >= 0).all()
    assert ((found.concern >= 0) & (found.concern <= 1)).all()


def test_a_function_is_as_likely_as_the_module_that_alone_allows_it() -> None:
    module = np.array([0.2, 0.5, 0.3])
    function = function_given_module(module, np.array([9.0, 1.0, 1.0, 9.0]), LABELS.allowed)
    assert np.allclose(function, [0.2, 0.25, 0.25, 0.3])


def test_a_sure_module_leaves_no_probability_for_functions_it_does_not_allow() -> None:
    function = function_given_module(
        np.array([0.0, 1.0, 0.0]), np.array([50.0, 1.0, 2.0, 50.0]), LABELS.allowed
    )
    assert function[0] == 0 and function[3] == 0


@given(arrays(np.float32, 5, elements=_scores), st.floats(0.05, 20))
def test_temperature_never_changes_the_order(scores: np.ndarray, temperature: float) -> None:
    assert (
        softmax(scores / temperature)[scores.argmax()] >= softmax(scores / temperature).max() - 1e-9
    )
