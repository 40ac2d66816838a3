"""Is ``data suggest`` worth it? Labels needed for the same macro-F1, against random choice.

``python -m benchmarks.suggest_curve [--messages FILE.csv]`` plays the labelling of a pool whose
labels are known: in each round a model learns from what is labelled so far, chooses the next
clues, and is scored on clues that are never chosen. Five seeds; both ways begin with the same
clues. ``--messages`` names a CSV with the columns ``title``, ``detail``, ``label``, ``group``.
``--states`` names the file that training with the frozen encoder left in ``var/cache/embeddings``:
then the shipped clues are chosen a third way too, by where its reading and the linear one disagree.
"""

import argparse
import csv
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy import sparse
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from model.calibrate import softmax
from model.encode import learn_vocabulary
from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.fit import as_matrix
from training.labelled import LabelledClue, data_files, read_labelled
from training.suggest.choose import choose
from training.suggest.needs import Needs, emergency_in_doubt, margin, rarity, scarcity
from training.vectors import Floats, character_vectors, nearest

SEEDS = (1, 2, 3, 4, 5)
_TEMPERATURE = 0.35
"""Turns margins of the support vector machine into probabilities, about calibrated."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts as the linear reader's features and as vectors to compare, labels by head, and which
    rows only score; ``states`` (n, hidden) are those of the second reader, if there is one."""

    name: str
    features: sparse.csr_matrix
    vectors: sparse.csr_matrix
    labels: Mapping[str, NDArray[np.str_]]
    scored: NDArray[np.bool_]
    start: int
    step: int
    rounds: int
    states: Floats | None = None


def features(texts: list[str]) -> sparse.csr_matrix:
    """The linear reader's features; its vocabulary needs no labels, so all texts may give it."""
    encoder = learn_vocabulary(texts, minimum_documents=2, word_weight=0.5)
    return as_matrix([encoder.encode(text) for text in texts], encoder.keys.size)


Strategy = Callable[[Pool, NDArray[np.int64], NDArray[np.int64], np.random.Generator], list[int]]


def composed(states: Path | None) -> Pool:
    clues = read_labelled(
        data_files((Path("datasets/clues"),)), load_taxonomy(Path("datasets/taxonomy.yaml"))
    )
    labels = {
        head: np.array([getattr(item, head) for item in clues])
        for head in ("module", "urgency", "function")
    }
    aside = np.array([item.split == "test" for item in clues])
    texts = [f"{item.clue.title or ''}\n{item.clue.text}" for item in clues]
    known = None if states is None else _states(states, clues)
    vectors = character_vectors(texts)
    return Pool("自拟语料", features(texts), vectors, labels, aside, 200, 150, 8, known)


def _states(path: Path, clues: list[LabelledClue]) -> Floats:
    """Of each clue as its reading is written, standardised."""
    found = load_file(path)
    by_text = dict(zip(map(bytes, found["hashes"]), found["states"], strict=True))
    config = TrainingConfig()
    dataset = build_dataset(
        clues, load_taxonomy(config.taxonomy), load_signals(config.signals), config
    )
    written = [reading.written for reading in dataset.readings]
    states = np.stack([by_text[hashlib.sha256(text.encode()).digest()] for text in written])
    return np.asarray((states - states.mean(axis=0)) / states.std(axis=0))


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
    pool: Pool,
    known: NDArray[np.int64],
    free: NDArray[np.int64],
    random: np.random.Generator,
    quarrel: bool = False,
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
        quarrel=_quarrel(pool, known, free, machines) if quarrel else np.zeros(free.size),
    )
    covered = nearest(pool.vectors[free], pool.vectors[known])
    picks = choose(needs, pool.vectors[free], covered, pool.step, random)
    return [int(free[pick.row]) for pick in picks]


def _quarrel(
    pool: Pool,
    known: NDArray[np.int64],
    free: NDArray[np.int64],
    machines: Mapping[str, LinearSVC],
) -> Floats:
    """Share of heads on which a machine on the encoder's states chooses otherwise, (n,)."""
    assert pool.states is not None
    differs = []
    for head, machine in machines.items():
        other = LinearSVC(C=0.01, class_weight="balanced", tol=0.01, random_state=0)
        other.fit(pool.states[known], pool.labels[head][known])
        differs.append(other.predict(pool.states[free]) != machine.predict(pool.features[free]))
    return np.asarray(np.mean(differs, axis=0))


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
    strategies: dict[str, Strategy] = {"suggest": suggested}
    if pool.states is not None:
        strategies["suggest，计入分歧"] = partial(suggested, quarrel=True)
    by_chance = [curve(pool, at_random, seed) for seed in SEEDS]
    lines = [
        f"### {pool.name}（{pool.vectors.shape[0]:,} 条，"
        f"其中 {int(pool.scored.sum()):,} 条只用来打分）",
        "",
    ]
    for name, strategy in strategies.items():
        lines += _against_chance(pool, name, strategy, by_chance)
    return lines


def _against_chance(
    pool: Pool, name: str, strategy: Strategy, by_chance: list[list[dict[str, float]]]
) -> list[str]:
    sizes = [pool.start + n * pool.step for n in range(pool.rounds + 1)]
    lines = [
        f"| 项 | 条数 | 随机 宏 F1 | {name} 宏 F1 | 差（五个种子的标准差） |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    by_choice = [curve(pool, strategy, seed) for seed in SEEDS]
    conclusions = []
    for head in pool.labels:
        random, chosen = (
            np.array([[point[head] for point in run] for run in runs])
            for runs in (by_chance, by_choice)
        )
        gap = chosen - random
        for i in range(2, len(sizes), 2):
            lines.append(
                f"| {head} | {sizes[i]:,} | {random[:, i].mean():.3f} | {chosen[:, i].mean():.3f} "
                f"| {gap[:, i].mean():+.3f}（{gap[:, i].std(ddof=1):.3f}） |"
            )
        for size in (sizes[len(sizes) // 2], sizes[-1]):
            goal = float(random.mean(axis=0)[sizes.index(size)])
            labels = needed(sizes, chosen.mean(axis=0), goal)
            told = f"{labels:,.0f} 条" if np.isfinite(labels) else f"多于 {sizes[-1]:,} 条"
            conclusions.append(f"- {head}：随机 {size:,} 条的宏 F1 {goal:.3f}，{name} 需 {told}")
    return [*lines, "", *conclusions, ""]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--states", type=Path)
    arguments = parser.parse_args()
    pools = [composed(arguments.states)]
    if arguments.messages:
        pools.append(messages(arguments.messages, np.random.default_rng(20230209)))
    for pool in pools:
        print("\n".join(measure(pool)), flush=True)


if __name__ == "__main__":
    main()
