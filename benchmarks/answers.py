"""What contenders answer, kept on disk: runs go on, and tables are made, without refitting."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.texts import Texts

Labels = NDArray[np.str_]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Question:
    """One label to learn from ``seen`` and to tell of ``asked``.

    ``name`` says which label and learned from how much. ``draws`` are the rows learned from, one
    array a seed; ``parts`` the rows of ``asked`` that make a set of their own, by its name;
    ``goal`` the true labels of ``asked``.
    """

    name: str
    seen: Texts
    truth: Labels
    asked: Texts
    goal: Labels
    draws: Sequence[Rows]
    parts: Mapping[str, Rows]


Contender = Callable[[Question, Rows, int], Labels]
"""(question, rows of ``seen`` to learn from, seed) → labels of the texts asked."""
Fit = Callable[[Texts, Labels, Texts, int], Labels]
"""(texts to learn from, their labels, texts asked, seed) → labels of the texts asked."""


def of_texts(fit: Fit) -> Contender:
    """Knows nothing but what it learns from."""

    def choose(question: Question, rows: Rows, seed: int) -> Labels:
        return fit(question.seen.take(rows), question.truth[rows], question.asked, seed)

    return choose


Answers = dict[str, list[Labels]]
"""By contender the labels of all texts asked, one array a draw."""


def answers(question: Question, contenders: Mapping[str, Contender], folder: Path) -> Answers:
    """One fit for every contender and draw that is not in ``folder`` yet. A contender whose
    library is not installed is told and left out; one changed since must be deleted by hand."""
    found: Answers = {}
    for name, contender in contenders.items():
        try:
            found[name] = [
                _remembered(question, rows, name, seed, contender, folder)
                for seed, rows in enumerate(question.draws)
            ]
        except ModuleNotFoundError as error:
            print(f"{name} 未运行：缺少 {error.name}")
    return found


def _remembered(
    question: Question,
    rows: Rows,
    name: str,
    seed: int,
    contender: Contender,
    folder: Path,
) -> Labels:
    raw, truth = [question.seen.raw[row] for row in rows], question.truth[rows].tolist()
    known = (seed, raw, truth, question.asked.raw)
    digest = hashlib.sha256(repr(known).encode()).hexdigest()[:16]
    path = folder / name / f"{digest}.npy"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, contender(question, rows, seed), allow_pickle=False)
    return np.asarray(np.load(path, allow_pickle=False))
