"""Decisions: one gate per head, an alarm for emergencies, confidence never overwritten."""

import numpy as np
import pytest

from model.calibrate import Probabilities
from model.decide import CandidateRule, Decision, Gates, decide
from model.heads import Labels

LABELS = Labels(
    modules=("minor_protection", "service_center", "out_of_scope"),
    urgencies=("critical", "urgent", "normal", "inquiry"),
    functions=("minors", "civil", "criminal", "transfer"),
    concerns=("minor_protection", "service_center"),
    allowed=np.array([[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool),
)
GATES = Gates(
    module=0.8,
    urgency=0.7,
    function=0.6,
    ambiguity=0.1,
    urgency_costs=(4.0, 3.0, 1.0, 1.0),
    critical=-0.5,
    concern=0.5,
)
RULE = CandidateRule(0.9, np.full(3, 0.6), np.full(4, 0.6), np.full(4, 0.6))


def _decide(
    module: tuple[float, ...] = (0.05, 0.9, 0.05),
    urgency: tuple[float, ...] = (0.02, 0.03, 0.9, 0.05),
    function: tuple[float, ...] = (0.05, 0.8, 0.1, 0.05),
    concern: tuple[float, ...] = (0.1, 0.9),
    alarming: float = -1.0,
) -> Decision:
    probabilities = Probabilities(*map(np.array, (module, urgency, function, concern)))
    return decide(probabilities, np.array(alarming), LABELS, GATES, RULE)


def test_a_clear_clue_needs_no_look() -> None:
    assert _decide().reasons == ()


@pytest.mark.parametrize(
    "unsure",
    [
        {"module": (0.05, 0.75, 0.2)},
        {"urgency": (0.1, 0.1, 0.65, 0.15)},
        {"function": (0.05, 0.55, 0.35, 0.05)},
    ],
)
def test_one_unsure_head_is_enough_whatever_the_others_say(
    unsure: dict[str, tuple[float, ...]],
) -> None:
    assert "low_confidence" in _decide(**unsure).reasons


def test_a_likely_emergency_raises_the_alarm_though_the_label_stays_the_likeliest() -> None:
    decision = _decide(urgency=(0.12, 0.03, 0.83, 0.02), alarming=-0.4)
    assert decision.alarm and "critical" in decision.reasons
    assert LABELS.urgencies[decision.urgency.label] == "normal"
    assert decision.urgency.confidence == pytest.approx(0.83)


def test_missing_an_emergency_costs_more_than_calling_one_in_vain() -> None:
    decision = _decide(urgency=(0.25, 0.1, 0.6, 0.05))
    assert LABELS.urgencies[decision.urgency.label] == "critical"
    assert decision.urgency.confidence == pytest.approx(0.25)


def test_two_close_modules_are_called_ambiguous() -> None:
    assert "ambiguous_top2" in _decide(module=(0.46, 0.5, 0.04)).reasons


def test_the_function_is_one_that_the_module_allows() -> None:
    decision = _decide(module=(0.48, 0.5, 0.02), function=(0.48, 0.3, 0.2, 0.02))
    assert LABELS.functions[decision.function.label] == "civil"


def test_other_modules_that_the_clue_touches_are_secondary() -> None:
    decision = _decide(concern=(0.6, 0.9))
    assert decision.secondary == ((0, pytest.approx(0.6)),)


def test_what_is_out_of_scope_has_no_secondary_modules() -> None:
    decision = _decide(module=(0.05, 0.05, 0.9), concern=(0.9, 0.9))
    assert decision.secondary == ()


def test_the_label_chosen_is_always_a_candidate() -> None:
    decision = _decide(module=(0.34, 0.35, 0.31))
    assert decision.module.candidates[decision.module.label]
