"""Who stands where: accuracy, macro-F1 and the paired gain over the best peer."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.answers import Answers, Labels, Question
from training.bootstrap import Estimate, bootstrap
from training.measures import class_f1, confusions

_RESAMPLES = 2000

Floats = NDArray[np.float64]
Weights = NDArray[np.float32]


def standings(
    question: Question, found: Answers, peers: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """(set, contender, its figures); the best peer is the one with the highest macro-F1."""
    for name, rows in question.parts.items():
        goal, groups = question.goal[rows], question.asked.groups[rows].astype(str).tolist()
        here = {key: _of(value, rows) for key, value in found.items()}
        scores = {key: mean_macro_f1(goal, value) for key, value in here.items()}
        best = max((key for key in here if key in peers), key=lambda key: scores[key])
        for key, value in here.items():
            accuracy = np.mean([(one == goal).mean() for one in value])
            gained = "" if key == best else f"; {_told(gain(goal, value, here[best], groups))}"
            yield name, key, f"{accuracy:.3f} / {scores[key]:.3f}{gained}"


def gains_over(base: str, questions: Sequence[Question], found: Sequence[Answers]) -> Iterator[str]:
    """What every contender gains over ``base``, mean of questions about the same texts."""
    for name, rows in questions[0].parts.items():
        groups = questions[0].asked.groups[rows].astype(str).tolist()
        for key in found[0]:
            if key == base or any(key not in answered for answered in found):
                continue
            pairs = [
                (question.goal[rows], _of(here[key], rows), _of(here[base], rows))
                for question, here in zip(questions, found, strict=True)
            ]
            accuracy, f1 = (
                _mean_gain(measure, pairs, groups) for measure in (_accuracy, _macro_f1)
            )
            yield f"| {name} | {key} | {_told(accuracy)} | {_told(f1)} |"


def _of(found: Sequence[Labels], rows: NDArray[np.int64]) -> list[Labels]:
    return [one[rows] for one in found]


def tables(figures: Mapping[tuple[str, str, str], str]) -> str:
    """Markdown, one table a set, from figures by (set, contender, column)."""
    found = []
    for name in dict.fromkeys(key[0] for key in figures):
        columns = list(dict.fromkeys(key[2] for key in figures if key[0] == name))
        contenders = dict.fromkeys(key[1] for key in figures if key[0] == name)
        found += [f"| {name} | {' | '.join(columns)} |", f"| --- |{' --- |' * len(columns)}"]
        found += [
            f"| {who} | {' | '.join(figures.get((name, who, column), '–') for column in columns)} |"
            for who in contenders
        ]
        found.append("")
    return "\n".join(found)


def mean_macro_f1(goal: Labels, found: Sequence[Labels]) -> float:
    """Mean over fits of the mean F1 of the labels that occur."""
    return float(_macro_f1(goal, found, np.ones((1, goal.size), np.float32))[0])


def gain(
    goal: Labels, ours: Sequence[Labels], theirs: Sequence[Labels], groups: Sequence[str]
) -> Estimate:
    """Gain in macro-F1, mean over fits, and its 95 % interval over groups of texts, which are the
    same for both in every resample."""
    return _mean_gain(_macro_f1, [(goal, ours, theirs)], groups)


def _mean_gain(
    measure: Callable[[Labels, Sequence[Labels], Weights], Floats],
    pairs: Sequence[tuple[Labels, Sequence[Labels], Sequence[Labels]]],
    groups: Sequence[str],
) -> Estimate:
    def gained(weights: Weights) -> dict[str, Floats]:
        each = [
            measure(goal, ours, weights) - measure(goal, theirs, weights)
            for goal, ours, theirs in pairs
        ]
        return {"gain": np.asarray(np.mean(each, axis=0))}

    return bootstrap(gained, groups, resamples=_RESAMPLES, level=0.95, seed=0)["gain"]


def _accuracy(goal: Labels, found: Sequence[Labels], weights: Weights) -> Floats:
    right = np.mean([one == goal for one in found], axis=0)
    return np.asarray((weights @ right) / weights.sum(axis=1))


def _macro_f1(goal: Labels, found: Sequence[Labels], weights: Weights) -> Floats:
    codes = np.unique(np.concatenate([goal, *found]))
    truth, classes = np.searchsorted(codes, goal), codes.size
    figures = [
        np.nanmean(
            class_f1(confusions(truth, np.searchsorted(codes, one), classes, weights)), axis=1
        )
        for one in found
    ]
    return np.asarray(np.mean(figures, axis=0))


def _told(found: Estimate) -> str:
    return f"{100 * found.value:+.1f} [{100 * found.low:+.1f}, {100 * found.high:+.1f}]"
