"""The frozen test split: ``python -m training.split FILE.jsonl …`` deals out what is not dealt yet.

A clue once dealt stays where it is, so that scores remain comparable as the data grow.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.folds import folds, near_copy_groups

PARTS = 7
"""One part in seven, about 14 %, is put aside."""
_SEED = 20230209


def deal(
    texts: Sequence[str],
    author_groups: Sequence[str],
    strata: Sequence[str],
    dealt: Sequence[str | None],
) -> list[str]:
    """``train`` or ``test`` for every clue; author groups and near-copies stay together.

    A group of which one clue is dealt goes where that clue is. The others are dealt by stratum.
    """
    groups = near_copy_groups(texts, author_groups)
    known = {group: split for group, split in zip(groups, dealt, strict=True) if split}
    fresh = np.array([i for i, group in enumerate(groups) if group not in known], dtype=np.int64)
    splits = [known.get(group, "train") for group in groups]
    if fresh.size >= PARTS:
        some = [strata[i] for i in fresh]
        for i in fresh[folds(some, groups[fresh], count=PARTS, seed=_SEED) == 0]:
            splits[i] = "test"
    return splits


def deal_files(paths: Sequence[Path]) -> None:
    """Write the split into every row of these JSON Lines files of labelled clues."""
    lines = [(path, json.loads(line)) for path in paths for line in _lines(path)]
    rows = [row for _, row in lines]
    splits = deal(
        [row["text"] for row in rows],
        [row["author_group"] for row in rows],
        [f"{row['module']}/{row['urgency']}" for row in rows],
        [row.get("split") for row in rows],
    )
    written: dict[Path, list[str]] = {path: [] for path in paths}
    for (path, row), split in zip(lines, splits, strict=True):
        written[path].append(json.dumps({**row, "split": split}, ensure_ascii=False) + "\n")
    for path, content in written.items():
        path.write_text("".join(content), encoding="utf-8")


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    deal_files([Path(argument) for argument in sys.argv[1:]])
