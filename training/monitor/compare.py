"""Two windows → every signal with its figures, p-value and verdict."""

from collections.abc import Callable, Set
from dataclasses import dataclass, replace

import numpy as np

from training.axes import AXIS_NAMES
from training.monitor.statistics import (
    Divisions,
    divisions,
    domain_distance,
    holm,
    mean_distance,
    mix_distance,
    permutation_p,
    shape_distance,
)
from training.monitor.window import Window
from training.readings import HEADS
from training.two_samples import Separation
from training.vectors import Floats

FEWEST = 10
"""Answers of each window below which a signal is not judged: exact at any size, the tests would
still see nothing but a landslide."""
PERMUTATIONS = 1999
ALPHA = 0.05
_MOST_COMPARED = 1000
"""Texts of each window that the domain classifier compares: it costs the cube of their number."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing watched. ``before`` and ``after`` are its figure in each window (a mean, a share,
    a median), ``distance`` what was tested; without ``p`` it was not judged and ``note`` says why.
    ``adjusted`` is the p-value after correction for the number of signals."""

    code: str
    name: str
    sizes: tuple[int, int]
    before: float | None
    after: float | None
    distance: float | None
    p: float | None
    adjusted: float | None = None
    alarm: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mix:
    """Counts of one label in both windows."""

    head: str
    code: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """All signals and the counts behind the class mix; ``alpha`` is the chance of even one false
    alarm that was accepted."""

    before: Window
    after: Window
    signals: tuple[Signal, ...]
    mixes: tuple[Mix, ...]
    alpha: float

    @property
    def alarms(self) -> tuple[Signal, ...]:
        return tuple(signal for signal in self.signals if signal.alarm)


def compare_windows(
    before: Window,
    after: Window,
    known: Set[str],
    *,
    alpha: float = ALPHA,
    permutations: int = PERMUTATIONS,
    fewest: int = FEWEST,
    seed: int = 20230209,
) -> Comparison:
    """Test every signal and adjust for their number; the same windows give the same verdict.

    ``known`` holds the characters of the clues that the model learned from.
    """
    random = np.random.default_rng(seed)
    tester = _Tester(before, after, permutations, fewest, random)
    signals = [tester.mix(head) for head in HEADS]
    for head in HEADS:
        one, other = before.confidence(head), after.confidence(head)
        name = f"{AXIS_NAMES[head]}把握"
        signals.append(tester.values(f"confidence_{head}", name, one, other, shape_distance))
    signals.append(
        tester.values("abstention", "转人工比例", before.abstentions(), after.abstentions())
    )
    for head in HEADS:
        one, other = before.corrections(head), after.corrections(head)
        signals.append(tester.values(f"correction_{head}", f"{AXIS_NAMES[head]}更正率", one, other))
    one, other = _lengths(before), _lengths(after)
    name = "正文字数（中位）"
    signals.append(tester.values("length", name, one, other, shape_distance, np.median))
    one, other = _unknown(before, known), _unknown(after, known)
    signals.append(tester.values("unknown", "未见过的字所占比例", one, other))
    signals.append(tester.domain())
    return Comparison(before, after, _judged(signals, alpha), _mixes(before, after), alpha)


def _judged(signals: list[Signal], alpha: float) -> tuple[Signal, ...]:
    tested = [i for i, signal in enumerate(signals) if signal.p is not None]
    adjusted = holm(np.array([signals[i].p for i in tested], dtype=float))
    for i, value in zip(tested, adjusted.tolist(), strict=True):
        signals[i] = replace(signals[i], adjusted=value, alarm=value <= alpha)
    return tuple(signals)


Distance = Callable[[Floats, Divisions], Floats]


class _Tester:
    """Tests signals of two windows; those over all answers share one set of divisions."""

    def __init__(
        self, before: Window, after: Window, count: int, fewest: int, random: np.random.Generator
    ) -> None:
        self._before, self._after = before, after
        self._count, self._fewest, self._random = count, fewest, random
        self._sizes = (len(before.answers), len(after.answers))
        self._all = self._divide(*self._sizes) if min(self._sizes) >= fewest else None

    def _divide(self, first: int, second: int) -> Divisions:
        return divisions(first, second, self._count, self._random)

    def mix(self, head: str) -> Signal:
        code, name = f"mix_{head}", f"{AXIS_NAMES[head]}构成"
        if self._all is None:
            return self._too_few(code, name, self._sizes)
        pooled = np.concatenate([self._before.labels(head), self._after.labels(head)])
        found = mix_distance(pooled, self._all)
        return Signal(code, name, self._sizes, None, None, float(found[0]), permutation_p(found))

    def values(
        self,
        code: str,
        name: str,
        before: Floats,
        after: Floats,
        distance: Distance = mean_distance,
        figure: Callable[[Floats], np.floating] = np.mean,
    ) -> Signal:
        sizes = (before.size, after.size)
        if min(sizes) < self._fewest:
            return self._too_few(code, name, sizes)
        whole = self._all is not None and sizes == self._sizes
        second = self._all if whole and self._all is not None else self._divide(*sizes)
        found = distance(np.concatenate([before, after]), second)
        return Signal(
            code, name, sizes, float(figure(before)), float(figure(after)),
            float(found[0]), permutation_p(found),
        )  # fmt: skip

    def domain(self) -> Signal:
        code, name = "domain", "用字用词（域分类器 AUC）"
        if self._all is None:
            return self._too_few(code, name, self._sizes)
        texts = [self._sampled(window.texts) for window in (self._before, self._after)]
        sizes = (len(texts[0]), len(texts[1]))
        second = self._all if sizes == self._sizes else self._divide(*sizes)
        found = domain_distance(Separation.of([*texts[0], *texts[1]]), second)
        sampled = "" if sizes == self._sizes else f"各抽 {_MOST_COMPARED} 条比较"
        distance = float(found[0])
        return Signal(code, name, sizes, None, None, distance, permutation_p(found), note=sampled)

    def _sampled(self, texts: list[str]) -> list[str]:
        if len(texts) <= _MOST_COMPARED:
            return texts
        return [texts[i] for i in self._random.permutation(len(texts))[:_MOST_COMPARED]]

    def _too_few(self, code: str, name: str, sizes: tuple[int, int]) -> Signal:
        note = f"样本不足 {self._fewest} 条，不作判断"
        return Signal(code, name, sizes, None, None, None, None, note=note)


def _lengths(window: Window) -> Floats:
    return np.array([len(text) for text in window.texts], dtype=np.float64)


def _unknown(window: Window, known: Set[str]) -> Floats:
    """Share of a text's characters that were in no clue learned from, (n,)."""
    solid = ["".join(text.split()) or " " for text in window.texts]
    return np.array([sum(c not in known for c in text) / len(text) for text in solid])


def _mixes(before: Window, after: Window) -> tuple[Mix, ...]:
    found = []
    for head in HEADS:
        one, other = before.labels(head), after.labels(head)
        for code in sorted({*one.tolist(), *other.tolist()}):
            found.append(Mix(head, code, int((one == code).sum()), int((other == code).sum())))
    return tuple(found)
