"""What a model answered on labelled clues, in the plain form in which it is measured."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from model.triage import Prediction, Triage
from model.triager import Triager
from training.cross_validate import Evaluation
from training.evaluate import HEADS
from training.labelled import LabelledClue
from training.routing import Router

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class HeadAnswers:
    """One head on n clues: true and chosen labels as indices into ``codes``, the confidence in the
    label chosen, whether the candidate set holds the true one, and how large the set is."""

    codes: tuple[str, ...]
    truth: NDArray[np.int64]
    chosen: NDArray[np.int64]
    confidence: NDArray[np.float64]
    covered: Bools
    size: NDArray[np.int64]

    @property
    def right(self) -> Bools:
        return np.asarray(self.truth == self.chosen)


@dataclass(frozen=True, slots=True)
class Answers:
    """All heads on n clues, and yes or no for each: was the alarm raised, is it an emergency.

    ``flags`` holds further yes-or-no findings by name, each (n,); ``seconds`` (n,) how long each
    answer took. Both are empty for out-of-fold scores, which no service gave.
    """

    heads: dict[str, HeadAnswers]
    alarm: Bools
    emergency: Bools
    flags: dict[str, Bools]
    seconds: NDArray[np.float64]


def out_of_fold_answers(found: Evaluation) -> Answers:
    """Cross-validated outcomes as answers, fold by fold as they come."""
    heads = {}
    for head, outcome in found.heads.items():
        rows = np.arange(outcome.truth.size)
        heads[head] = HeadAnswers(
            outcome.codes,
            outcome.truth,
            outcome.chosen,
            outcome.confidence,
            outcome.sets[rows, outcome.truth],
            outcome.sets.sum(axis=1),
        )
    urgency = heads["urgency"]
    emergency = urgency.truth == urgency.codes.index("critical")
    return Answers(heads, found.raised, emergency, {}, np.zeros(0))


def ask(
    triager: Triager,
    clues: Sequence[LabelledClue],
    router: Router,
    now: datetime,
    advance: Callable[[], None] = lambda: None,
) -> Answers:
    """Let a bundle answer every clue as the service would, and note how long it took.

    ``router`` says where the clue belongs by the rules when the labels are right; ``now`` stands
    in for clues without a time, so that two models are asked on the same day.
    """
    triages, seconds = [], []
    for item in clues:
        started = time.perf_counter()
        triages.append(triager.triage(item.clue, now))
        seconds.append(time.perf_counter() - started)
        advance()
    units = [(t.unit.procuratorate.code, t.unit.function) for t in triages]
    wanted = [router.unit(item, now) for item in clues]
    return Answers(
        heads={head: _head(head, triages, clues, triager) for head in HEADS},
        alarm=np.array(["critical" in triage.reasons for triage in triages]),
        emergency=np.array([item.urgency == "critical" for item in clues]),
        flags={
            "routing/procuratorate": _same([u[0] for u in units], [w[0] for w in wanted]),
            "routing/unit": _same(units, wanted),
            "review/asked": np.array([triage.needs_review for triage in triages]),
        },
        seconds=np.array(seconds),
    )


def _same(given: Sequence[object], wanted: Sequence[object]) -> Bools:
    return np.array([a == b for a, b in zip(given, wanted, strict=True)])


def _head(
    head: str, triages: Sequence[Triage], clues: Sequence[LabelledClue], triager: Triager
) -> HeadAnswers:
    codes = _codes(head, triager)
    index = {code: position for position, code in enumerate(codes)}
    given: list[Prediction] = [getattr(triage, head) for triage in triages]
    wanted: list[str] = [getattr(item, head) for item in clues]
    return HeadAnswers(
        codes,
        truth=np.array([index[code] for code in wanted]),
        chosen=np.array([index[prediction.code] for prediction in given]),
        confidence=np.array([prediction.confidence for prediction in given]),
        covered=np.array([w in p.candidates for w, p in zip(wanted, given, strict=True)]),
        size=np.array([len(prediction.candidates) for prediction in given]),
    )


def _codes(head: str, triager: Triager) -> tuple[str, ...]:
    taxonomy = triager.taxonomy
    if head == "module":
        return tuple(module.code for module in taxonomy.modules)
    if head == "urgency":
        return tuple(urgency.code for urgency in taxonomy.urgencies)
    return tuple(function.code for function in taxonomy.functions)
