"""Figures of many weighted samples at once; with all weights 1 they are those of ``evaluate``."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from training.answers import Answers, HeadAnswers

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]


def measure(answers: Answers, weights: Weights) -> dict[str, Floats]:
    """Every figure by its MLflow name, one value per replicate.

    ``weights`` (replicates, n). A figure without any item to rest on is NaN.
    """
    found: dict[str, Floats] = {}
    for head, given in answers.heads.items():
        found |= {f"{head}/{name}": figures for name, figures in _head(given, weights)}
    hits = answers.alarm & answers.emergency
    found["critical_alarm/recall"] = _share(hits, answers.emergency, weights)
    found["critical_alarm/precision"] = _share(hits, answers.alarm, weights)
    found["critical_alarm/share"] = _share(answers.alarm, None, weights)
    for name, flag in answers.flags.items():
        found[name] = _share(flag, None, weights)
    return found


def _head(given: HeadAnswers, weights: Weights) -> Iterator[tuple[str, Floats]]:
    confusion = confusions(given.truth, given.chosen, len(given.codes), weights)
    hits = np.einsum("bkk->bk", confusion)
    truly, chosen = confusion.sum(axis=2), confusion.sum(axis=1)
    recall, precision = _ratio(hits, truly), np.nan_to_num(_ratio(hits, chosen))
    f1 = class_f1(confusion)
    present = np.unique(given.truth)
    yield "accuracy", _ratio(hits.sum(axis=1), confusion.sum(axis=(1, 2)))
    yield "macro_f1", np.nanmean(f1[:, present], axis=1)
    yield "ece", _calibration_error(given, weights)
    yield "conformal_coverage", _share(given.covered, None, weights)
    yield "conformal_size", _mean(given.size, weights)
    for label in present.tolist():
        of_class = given.truth == label
        name = f"classes/{given.codes[label]}"
        yield f"{name}/recall", recall[:, label]
        yield f"{name}/precision", precision[:, label]
        yield f"{name}/f1", f1[:, label]
        yield f"{name}/conformal_coverage", _share(given.covered & of_class, of_class, weights)


def confusions(
    truth: NDArray[np.int64], chosen: NDArray[np.int64], classes: int, weights: Weights
) -> Floats:
    """Weighted counts (replicates, true, chosen)."""
    n, cells = truth.size, truth * classes + chosen
    members = coo_array((np.ones(n), (np.arange(n), cells)), shape=(n, classes**2)).tocsc()
    return np.asarray(weights @ members).reshape(-1, classes, classes)


def class_f1(confusion: Floats) -> Floats:
    """(replicates, classes); NaN for a class that does not occur."""
    hits = np.einsum("bkk->bk", confusion)
    truly, chosen = confusion.sum(axis=2), confusion.sum(axis=1)
    return np.where(truly > 0, _ratio(2 * hits, truly + chosen), np.nan)


def _calibration_error(given: HeadAnswers, weights: Weights, bins: int = 10) -> Floats:
    """Expected calibration error over equal-width bins, as in ``training.evaluate``."""
    which = np.minimum((given.confidence * bins).astype(int), bins - 1)
    n = given.truth.size
    gaps = coo_array((given.right - given.confidence, (np.arange(n), which)), shape=(n, bins))
    return np.asarray(
        np.abs(weights @ gaps.tocsc()).sum(axis=1) / weights.sum(axis=1, dtype=np.float64)
    )


def _share(flag: NDArray[np.bool_], among: NDArray[np.bool_] | None, weights: Weights) -> Floats:
    """Weighted share of ``flag`` among the items of ``among``, or all."""
    whole = np.ones(flag.size) if among is None else among.astype(float)
    return _ratio(weights @ flag.astype(float), weights @ whole)


def _mean(values: NDArray[np.int64], weights: Weights) -> Floats:
    return _ratio(weights @ values.astype(float), weights @ np.ones(values.size))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(
        np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0), dtype=np.float64
    )
