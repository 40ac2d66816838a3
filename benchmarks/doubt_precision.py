"""How many of the first 50 of ``data doubt`` are labels that were exchanged on purpose?

``python -m benchmarks.doubt_precision`` exchanges one label of 5 % of the shipped clues, five
times, and reads the worklist.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from model.signals import load_signals
from model.taxonomy import Taxonomy, load_taxonomy
from training.axes import label_names
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.doubt.rules import load_label_checks
from training.doubt.worklist import worklist
from training.labelled import LabelledClue, data_files, read_labelled
from training.learner import score_out_of_fold

_SHARE = 0.05
_FIRST = 50
SEEDS = (1, 2, 3, 4, 5)


def planted(
    clues: list[LabelledClue], taxonomy: Taxonomy, random: np.random.Generator
) -> tuple[list[LabelledClue], set[int]]:
    """The clues with wrong labels: half get another module with its default function, a third
    another urgency, the rest another function where the module leaves a choice."""
    rows = random.permutation(len(clues))[: round(_SHARE * len(clues))].tolist()
    changed = list(clues)
    for row in rows:
        item, kind = clues[row], random.random()
        modules = {module.code: module for module in taxonomy.modules}
        functions = [f for f in modules[item.module].functions if f != item.function]
        if kind < 1 / 3:
            others = [u.code for u in taxonomy.urgencies if u.code != item.urgency]
            changed[row] = replace(item, urgency=str(random.choice(others)))
        elif kind < 0.5 and functions:
            changed[row] = replace(item, function=str(random.choice(functions)))
        else:
            module = str(random.choice([code for code in modules if code != item.module]))
            function = modules[module].default_function
            changed[row] = replace(item, module=module, function=function, secondary_modules=())
    return changed, set(rows)


def main() -> None:
    config = TrainingConfig()
    taxonomy, signals = load_taxonomy(config.taxonomy), load_signals(config.signals)
    checks = load_label_checks(Path("datasets/label_checks.yaml"), taxonomy)
    clues = [
        item for item in read_labelled(data_files(config.data), taxonomy) if item.split == "train"
    ]
    found = []
    for seed in SEEDS:
        changed, rows = planted(clues, taxonomy, np.random.default_rng(seed))
        dataset = build_dataset(changed, taxonomy, signals, config)
        scores = score_out_of_fold(dataset, config, lambda _: None)
        place = {item.name: row for row, item in enumerate(changed)}
        doubtful = worklist(changed, dataset, scores, checks, signals, label_names(taxonomy))
        listed = [place[d.item.name] for d in doubtful]
        first = [row in rows for row in listed[:_FIRST]]
        later = [row in rows for row in listed[: len(rows)]]
        caught = len(rows & set(listed)) / len(rows)
        found.append([float(np.mean(first)), float(np.mean(later)), caught])
        print(seed, *(f"{value:.2f}" for value in found[-1]), flush=True)
    precision, at_all, recall = np.array(found).mean(axis=0)
    print(f"| 前 {_FIRST} 条的准确率 | 前 {len(rows)} 条（植入数）的准确率 | 列入的植入错标 |")
    print("| ---: | ---: | ---: |")
    print(f"| {precision:.0%} | {at_all:.0%} | {recall:.0%} |")


if __name__ == "__main__":
    main()
