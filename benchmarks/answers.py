"""What contenders answer, kept on disk: runs go on, and tables are made, without refitting."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.texts import Texts

Labels = NDArray[np.str_]
Contender = Callable[[Texts, Labels, Texts, int], Labels]
"""(texts to learn from, their labels, texts asked, seed) → labels of the texts asked."""


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
    draws: Sequence[NDArray[np.int64]]
    parts: Mapping[str, NDArray[np.int64]]


Answers = dict[str, list[Labels]]
"""By contender the labels of all texts asked, one array a draw."""


def answers(question: Question, contenders: Mapping[str, Contender], folder: Path) -> Answers:
    """One fit for every contender and draw that is not in ``folder`` yet. A contender whose
    library is not installed is told and left out; one changed since must be deleted by hand."""
    found: Answers = {}
    for name, fit in contenders.items():
        try:
            found[name] = [
                _remembered(question, rows, name, seed, fit, folder)
                for seed, rows in enumerate(question.draws)
            ]
        except ModuleNotFoundError as error:
            print(f"{name} 未运行：缺少 {error.name}")
    return found


def _remembered(
    question: Question,
    rows: NDArray[np.int64],
    name: str,
    seed: int,
    fit: Contender,
    folder: Path,
) -> Labels:
    seen, truth = question.seen.take(rows), question.truth[rows]
    known = (seed, seen.raw, truth.tolist(), question.asked.raw)
    digest = hashlib.sha256(repr(known).encode()).hexdigest()[:16]
    path = folder / name / f"{digest}.npy"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, fit(seen, truth, question.asked, seed), allow_pickle=False)
    return np.asarray(np.load(path, allow_pickle=False))
