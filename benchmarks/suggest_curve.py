"""Is ``data suggest`` worth it? Labels needed for the same macro-F1, against random choice.

``python -m benchmarks.suggest_curve [--messages FILE.csv]`` plays the labelling of a pool whose
labels are known: in each round a model learns from what is labelled so far, chooses the next
clues, and is scored on clues that are never chosen. Five seeds; both ways begin with the same
clues. ``--messages`` names a CSV with the columns ``title``, ``detail``, ``label``, ``group``.
"""

import argparse
import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from model.calibrate import softmax
from model.encode import learn_vocabulary
from model.taxonomy import load_taxonomy
from training.fit import as_matrix
from training.labelled import data_files, read_labelled
from training.suggest.choose import choose
from training.suggest.needs import Needs, emergency_in_doubt, margin, rarity, scarcity
from training.vectors import Floats, character_vectors, nearest

SEEDS = (1, 2, 3, 4, 5)
_TEMPERATURE = 0.35
"""Turns margins of the support vector machine into probabilities, about calibrated."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts as the linear reader's features and as vectors to compare, labels by head, and which
    rows only score."""

    name: str
    features: sparse.csr_matrix
    vectors: sparse.csr_matrix
    labels: Mapping[str, NDArray[np.str_]]
    scored: NDArray[np.bool_]
    start: int
    step: int
    rounds: int


def features(texts: list[str]) -> sparse.csr_matrix:
    """The linear reader's features; its vocabulary needs no labels, so all texts may give it."""
    encoder = learn_vocabulary(texts, minimum_documents=2, word_weight=0.5)
    return as_matrix([encoder.encode(text) for text in texts], encoder.keys.size)


Strategy = Callable[[Pool, NDArray[np.int64], NDArray[np.int64], np.random.Generator], list[int]]


def composed() -> Pool:
    clues = read_labelled(
        data_files((Path("datasets/clues"),)), load_taxonomy(Path("datasets/taxonomy.yaml"))
    )
    labels = {
        head: np.array([getattr(item, head) for item in clues])
        for head in ("module", "urgency", "function")
    }
    aside = np.array([item.split == "test" for item in clues])
    texts = [f"{item.clue.title or ''}\n{item.clue.text}" for item in clues]
    return Pool("自拟语料", features(texts), character_vectors(texts), labels, aside, 200, 150, 8)


def messages(path: Path, random: np.random.Generator) -> Pool:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["detail"]]
    groups = np.array([row["group"] for row in rows])
    aside = np.isin(groups, random.permutation(np.unique(groups))[: len(np.unique(groups)) // 4])
    texts = [f"{row['title']}\n{row['detail']}" for row in rows]
    labels = {"label": np.array([row["label"] for row in rows])}
    return Pool(
        "七类群众留言", features(texts), character_vectors(texts), labels, aside, 100, 50, 12
    )


def _fit(pool: Pool, known: NDArray[np.int64], head: str) -> LinearSVC:
    machine = LinearSVC(C=0.5, class_weight="balanced", tol=0.01, random_state=0)
    return machine.fit(pool.features[known], pool.labels[head][known])


def _probabilities(machine: LinearSVC, vectors: sparse.csr_matrix) -> Floats:
    scores = machine.decision_function(vectors)
    if scores.ndim == 1:
        scores = np.stack([-scores, scores], axis=1)
    return np.asarray(softmax(scores / _TEMPERATURE))


def at_random(
    pool: Pool, known: NDArray[np.int64], free: NDArray[np.int64], random: np.random.Generator
) -> list[int]:
    return [int(row) for row in random.permutation(free)[: pool.step]]


def suggested(
    pool: Pool, known: NDArray[np.int64], free: NDArray[np.int64], random: np.random.Generator
) -> list[int]:
    machines = {head: _fit(pool, known, head) for head in pool.labels}
    found = {h: _probabilities(machine, pool.features[free]) for h, machine in machines.items()}
    first = next(iter(pool.labels))
    chosen = machines[first].classes_[found[first].argmax(axis=1)]
    emergency = np.zeros(free.size)
    if "urgency" in found:
        critical = found["urgency"][:, list(machines["urgency"].classes_).index("critical")]
        emergency = emergency_in_doubt(critical, np.zeros(free.size, dtype=bool))
    counts = {
        head: np.array([(pool.labels[head][known] == label).sum() for label in machine.classes_])
        for head, machine in machines.items()
    }
    needs = Needs(
        margins={head: margin(values) for head, values in found.items()},
        scarcity=scarcity(found, counts),
        rarity=rarity(pool.vectors[free], pool.vectors[known], chosen, pool.labels[first][known]),
        emergency=emergency,
        quarrel=np.zeros(free.size),
    )
    covered = nearest(pool.vectors[free], pool.vectors[known])
    picks = choose(needs, pool.vectors[free], covered, pool.step, random)
    return [int(free[pick.row]) for pick in picks]


def curve(pool: Pool, strategy: Strategy, seed: int) -> list[dict[str, float]]:
    """Macro-F1 per head after every round."""
    random = np.random.default_rng(seed)
    free = random.permutation(np.flatnonzero(~pool.scored))
    known, free = free[: pool.start], free[pool.start :]
    aside = np.flatnonzero(pool.scored)
    points = []
    for number in range(pool.rounds + 1):
        points.append(
            {
                head: float(
                    f1_score(
                        labels[aside],
                        _fit(pool, known, head).predict(pool.features[aside]),
                        average="macro",
                        zero_division=0,
                    )
                )
                for head, labels in pool.labels.items()
            }
        )
        if number < pool.rounds:
            picked = strategy(pool, known, free, random)
            known = np.concatenate([known, picked])
            free = free[~np.isin(free, picked)]
    return points


def needed(sizes: list[int], scores: Floats, goal: float) -> float:
    """Labels at which a curve first reaches a score, between rounds by interpolation."""
    for i, score in enumerate(scores):
        if score >= goal:
            if i == 0:
                return float(sizes[0])
            share = (goal - scores[i - 1]) / (score - scores[i - 1])
            return float(sizes[i - 1] + share * (sizes[i] - sizes[i - 1]))
    return float("inf")


def measure(pool: Pool) -> list[str]:
    """Lines of the report for one pool."""
    sizes = [pool.start + n * pool.step for n in range(pool.rounds + 1)]
    lines = [
        f"### {pool.name}（{pool.vectors.shape[0]:,} 条，"
        f"其中 {int(pool.scored.sum()):,} 条只用来打分）",
        "",
        "| 项 | 条数 | 随机 宏 F1 | suggest 宏 F1 | 差（五个种子的标准差） |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    runs = {
        name: [curve(pool, strategy, seed) for seed in SEEDS]
        for name, strategy in (("random", at_random), ("suggest", suggested))
    }
    conclusions = []
    for head in pool.labels:
        random, chosen = (
            np.array([[point[head] for point in run] for run in runs[name]])
            for name in ("random", "suggest")
        )
        gap = chosen - random
        for i in range(2, len(sizes), 2):
            lines.append(
                f"| {head} | {sizes[i]:,} | {random[:, i].mean():.3f} | {chosen[:, i].mean():.3f} "
                f"| {gap[:, i].mean():+.3f}（{gap[:, i].std(ddof=1):.3f}） |"
            )
        goals = (sizes[len(sizes) // 2], sizes[-1])
        for size in goals:
            goal = float(random.mean(axis=0)[sizes.index(size)])
            labels = needed(sizes, chosen.mean(axis=0), goal)
            told = f"{labels:,.0f} 条" if np.isfinite(labels) else f"多于 {sizes[-1]:,} 条"
            conclusions.append(f"- {head}：随机 {size:,} 条的宏 F1 {goal:.3f}，suggest 需 {told}")
    return [*lines, "", *conclusions, ""]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=Path)
    arguments = parser.parse_args()
    pools = [composed()]
    if arguments.messages:
        pools.append(messages(arguments.messages, np.random.default_rng(20230209)))
    for pool in pools:
        print("\n".join(measure(pool)), flush=True)


if __name__ == "__main__":
    main()
