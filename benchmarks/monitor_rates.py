"""How often does ``fenzhen monitor`` cry wolf, and how often does it miss a planted change?

``python -m benchmarks.monitor_rates [--bundle var/bundle]`` draws pairs of windows from the shipped
clues as the bundle reads them, half of them reviewed, and counts the pairs with at least one alarm.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.taxonomy import load_taxonomy
from training.labelled import data_files, read_labelled
from training.monitor.compare import compare_windows
from training.monitor.window import Answer, Window
from training.readings import HEADS, read_clues

_ROUNDS = {11: 400, 30: 400, 100: 400, 1000: 100}
_PERMUTATIONS = 499
"""Fewer than the command uses, to save time; enough for the strictest step of Holm's procedure."""
_KNOWN = frozenset(map(chr, range(0x4E00, 0x9FA6)))

Plant = Callable[[list[Answer], np.random.Generator, list[Answer]], list[Answer]]


def pool(bundle: Path) -> list[Answer]:
    """Every shipped clue as answered; corrected where bundle and label differ."""
    clues = read_labelled(
        data_files((Path("datasets/clues"),)), load_taxonomy(Path("datasets/taxonomy.yaml"))
    )
    readings = read_clues(bundle, [item.clue for item in clues])
    return [
        Answer(
            item.clue.text,
            reading.chosen,
            {head: reading.probabilities[head][reading.chosen[head]] for head in HEADS},
            reading.abstains,
            {head: reading.chosen[head] != getattr(item, head) for head in HEADS},
        )
        for item, reading in zip(clues, readings, strict=True)
    ]


def quiet(answers: list[Answer], random: np.random.Generator, whole: list[Answer]) -> list[Answer]:
    return answers


def one_matter(
    answers: list[Answer], random: np.random.Generator, whole: list[Answer]
) -> list[Answer]:
    """A quarter of the later window becomes requests for judicial aid."""
    aid = [answer for answer in whole if answer.labels["module"] == "judicial_aid"]
    count = len(answers) // 4
    return [*(aid[i] for i in random.permutation(len(aid))[:count]), *answers[count:]]


def more_corrections(
    answers: list[Answer], random: np.random.Generator, whole: list[Answer]
) -> list[Answer]:
    """Reviewers correct 20 percentage points more modules."""

    def corrected(answer: Answer) -> Answer:
        if answer.corrected is None or random.random() >= 0.2:
            return answer
        return replace(answer, corrected={**answer.corrected, "module": True})

    return [corrected(answer) for answer in answers]


_PLANTS: dict[str, Plant] = {
    "一切如常（误报率）": quiet,
    "后段四分之一换成司法救助类": one_matter,
    "模块更正率升高 20 个百分点（半数已复核）": more_corrections,
}


def rate(whole: list[Answer], size: int, plant: Plant, rounds: int) -> tuple[float, float]:
    """Share of pairs with an alarm, and how many of them raise it before correction (p ≤ 0.05)."""
    alarms = naive = 0
    for seed in range(rounds):
        random = np.random.default_rng(seed)
        drawn = [whole[i] for i in random.permutation(len(whole))[: 2 * size]]
        reviewed = random.random(len(drawn)) < 0.5
        drawn = [
            a if r else replace(a, corrected=None) for a, r in zip(drawn, reviewed, strict=True)
        ]
        later = plant(drawn[size:], random, whole)
        found = compare_windows(
            Window("前", tuple(drawn[:size]), 0),
            Window("后", tuple(later), 0),
            _KNOWN,
            permutations=_PERMUTATIONS,
            seed=seed,
        )
        alarms += bool(found.alarms)
        naive += any(signal.p is not None and signal.p <= 0.05 for signal in found.signals)
    return alarms / rounds, naive / rounds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    whole = pool(parser.parse_args().bundle)
    print("| 每段件数 | 模拟次数 | 情形 | 报警的比例 | 不校正时 |")
    print("| ---: | ---: | --- | ---: | ---: |")
    for size, rounds in _ROUNDS.items():
        for name, plant in _PLANTS.items():
            alarms, naive = rate(whole, size, plant, rounds)
            print(f"| {size:,} | {rounds} | {name} | {alarms:.1%} | {naive:.1%} |", flush=True)


if __name__ == "__main__":
    main()
