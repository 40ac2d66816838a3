"""Calibration, candidate sets and operating points, all from out-of-fold scores."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import beta

from model.calibrate import Calibration, Floats, Probabilities, function_given_module, softmax
from model.conformal import class_quantiles
from model.decide import CandidateRule, Gates, choose_labels
from model.heads import Labels, Scores
from training.config import TrainingConfig
from training.dataset import Targets

_GRID = np.arange(0.99, 0.0, -0.01)
_FEWEST = 30
NOTHING_PASSES = 1.01
EVERYTHING_PASSES = -1e9


def fit_calibration(scores: Scores, targets: Targets, labels: Labels) -> Calibration:
    """Temperatures by least negative log-likelihood; Platt scaling over the concerns that are not
    the clue's own module."""
    module_temperature = _temperature(lambda t: softmax(scores.module / t), targets.module)
    module = softmax(scores.module / module_temperature)
    own = _own_module(targets, labels)
    slope, offset = _platt(scores.concern[~own], targets.concern[~own])
    return Calibration(
        module_temperature=module_temperature,
        urgency_temperature=_temperature(lambda t: softmax(scores.urgency / t), targets.urgency),
        function_temperature=_temperature(
            lambda t: function_given_module(module, scores.function / t, labels.allowed),
            targets.function,
        ),
        concern_slope=slope,
        concern_offset=offset,
    )


def _own_module(targets: Targets, labels: Labels) -> NDArray[np.bool_]:
    """Where a concern is the clue's own module and so never secondary; (n, concerns)."""
    own = np.array(labels.modules)[targets.module]
    return np.asarray(own[:, None] == np.array(labels.concerns)[None, :])


def _temperature(probabilities_at, truth: NDArray[np.int64]) -> float:  # type: ignore[no-untyped-def]
    rows = np.arange(truth.size)

    def loss(log_temperature: float) -> float:
        found = probabilities_at(np.exp(log_temperature))[rows, truth]
        return float(-np.log(np.maximum(found, 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(-4, 3), method="bounded", options={"xatol": 1e-4})
    return float(np.exp(found.x))


def _platt(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset of σ(a·s + b) by maximum likelihood, with Platt's smoothed targets."""
    positives, negatives = int(truth.sum()), int((~truth).sum())
    goal = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(parameters: Floats) -> float:
        logits = parameters[0] * scores.astype(np.float64) + parameters[1]
        return float(np.mean(np.logaddexp(0, logits) - goal * logits))

    slope, offset = minimize(loss, x0=np.array([1.0, 0.0]), method="L-BFGS-B").x
    return float(slope), float(offset)


def fit_candidate_rule(
    probabilities: Probabilities, targets: Targets, coverage: float
) -> CandidateRule:
    """Class-conditional quantiles of all three single-label heads."""
    return CandidateRule(
        coverage=coverage,
        module=class_quantiles(probabilities.module, targets.module, coverage),
        urgency=class_quantiles(probabilities.urgency, targets.urgency, coverage),
        function=class_quantiles(probabilities.function, targets.function, coverage),
    )


def fit_gates(
    probabilities: Probabilities,
    alarming: Floats,
    targets: Targets,
    labels: Labels,
    config: TrainingConfig,
) -> Gates:
    """Operating points; see each function for the rule. ``alarming`` (n,) are alarm scores."""
    costs = tuple(config.urgency_costs.get(code, 1.0) for code in labels.urgencies)
    module, urgency, function = (
        _gate(getattr(probabilities, head), chosen, getattr(targets, head), risk, config)
        for head, chosen, risk in zip(
            ("module", "urgency", "function"),
            choose_labels(probabilities, labels, costs),
            (config.module_risk, config.urgency_risk, config.function_risk),
            strict=True,
        )
    )
    critical = labels.urgencies.index("critical")
    return Gates(
        module=module,
        urgency=urgency,
        function=function,
        ambiguity=config.ambiguity,
        urgency_costs=costs,
        critical=recall_gate(alarming, targets.urgency == critical, config.critical_recall),
        concern=_concern_gate(probabilities, targets, labels),
    )


def _gate(
    probabilities: Floats,
    chosen: NDArray[np.int64],
    truth: NDArray[np.int64],
    risk: float,
    config: TrainingConfig,
) -> float:
    confidence = probabilities[np.arange(chosen.size), chosen]
    return risk_controlled_gate(confidence, chosen == truth, risk, config.confidence_level)


def risk_controlled_gate(
    confidence: Floats, right: NDArray[np.bool_], risk: float, level: float
) -> float:
    """The least confidence at which the error among what is let through stays below ``risk``.

    Fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan & Lei, "Learn then Test", 2021):
    thresholds are tried from the strictest down while the Clopper–Pearson upper bound of the
    error, at confidence ``level``, stays within ``risk``. Returns 1.01 when none qualifies.
    """
    gate = NOTHING_PASSES
    for threshold in _GRID:
        passed = confidence >= threshold
        count, errors = int(passed.sum()), int((~right[passed]).sum())
        if count < _FEWEST:
            continue
        if upper_error_bound(errors, count, level) > risk:
            break
        gate = round(float(threshold), 2)
    return gate


def upper_error_bound(errors: int, count: int, level: float) -> float:
    """One-sided Clopper–Pearson upper bound of a proportion."""
    return 1.0 if errors == count else float(beta.ppf(level, errors + 1, count - errors))


def recall_gate(scores: Floats, truth: NDArray[np.bool_], recall: float) -> float:
    """The highest threshold that finds at least ``recall`` of true items yet unseen.

    The ⌈(n + 1) · recall⌉-th of n sorted scores: the finite-sample rank of split conformal
    prediction, a little below the plain quantile. With too few true items everything is raised.
    """
    found = np.sort(scores[truth])[::-1]
    rank = math.ceil(recall * (found.size + 1))
    return float(found[rank - 1]) if rank <= found.size else EVERYTHING_PASSES


def fewest_for_recall(recall: float) -> int:
    """How many true items ``recall_gate`` needs to set a threshold."""
    enough = int(recall / (1 - recall))
    while math.ceil(recall * (enough + 1)) > enough:
        enough += 1
    return enough


def _concern_gate(probabilities: Probabilities, targets: Targets, labels: Labels) -> float:
    """The threshold of best micro-F1 over modules that are not the clue's own."""
    own = _own_module(targets, labels)
    truth, found = targets.concern[~own], probabilities.concern[~own]

    def f1(threshold: float) -> float:
        raised = found >= threshold
        return float(2 * (raised & truth).sum() / max(1, raised.sum() + truth.sum()))

    return round(float(max(_GRID, key=f1)), 2)
