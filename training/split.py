"""The frozen test split: ``python -m training.split FILE.jsonl …`` deals out what is not dealt yet.

A clue once dealt stays where it is, so that scores remain comparable as the data grow.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from model.errors import FenzhenError, InvalidTable
from model.os_causes import cause
from model.reading import Reading, read_clue
from model.signals import load_signals
from model.table_rows import unusable
from model.table_writers import write_jsonl, write_together
from model.tables import Row, read_rows
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.folds import folds, near_copy_groups
from training.labelled_clue import LabelledClue
from training.parse_row import RowParser

PARTS = 7
"""One part in seven, about 14 %, is put aside."""
_SEED = 20230209


def deal(
    readings: Sequence[Reading],
    author_groups: Sequence[str],
    strata: Sequence[str],
    dealt: Sequence[str | None],
) -> list[str]:
    """``train`` or ``test`` for every clue; author groups and near-copies stay together.

    A clue that is dealt stays; a group of which one clue is dealt goes where that clue is. The
    others are dealt by stratum.
    """
    groups = near_copy_groups(readings, author_groups)
    known = {group: split for group, split in zip(groups, dealt, strict=True) if split}
    fresh = np.array([i for i, group in enumerate(groups) if group not in known], dtype=np.int64)
    splits = [
        split or known.get(group, "train") for group, split in zip(groups, dealt, strict=True)
    ]
    if np.unique(groups[fresh]).size >= PARTS:
        some = [strata[i] for i in fresh]
        for i in fresh[folds(some, groups[fresh], count=PARTS, seed=_SEED) == 0]:
            splits[i] = "test"
    return splits


def deal_files(paths: Sequence[Path], config: TrainingConfig) -> None:
    """Write the split into every row of these JSON Lines files of labelled clues.

    All files are replaced or none; empty values are left out. Raises InvalidTable with every
    mistake of their rows.
    """
    rows = [(path, row) for path in dict.fromkeys(paths) for row in _rows(path)]
    clues = _parse(rows, config)
    signals = load_signals(config.signals)
    splits = deal(
        [read_clue(item.clue, signals) for item in clues],
        [item.author_group for item in clues],
        [f"{item.module}/{item.urgency}" for item in clues],
        [
            item.split if "split" in row.values else None
            for item, (_, row) in zip(clues, rows, strict=True)
        ],
    )
    written: dict[Path, list[dict[str, object]]] = {path: [] for path in paths}
    for (path, row), split in zip(rows, splits, strict=True):
        written[path].append({**row.values, "split": split})
    write_together({path: partial(write_jsonl, rows=found) for path, found in written.items()})


def _rows(path: Path) -> list[Row]:
    if path.suffix.lower() != ".jsonl":
        raise unusable(path, "只能划分 .jsonl 文件，请先用 fenzhen data import 读入")
    return read_rows(path)


def _parse(rows: Sequence[tuple[Path, Row]], config: TrainingConfig) -> list[LabelledClue]:
    parser = RowParser(load_taxonomy(config.taxonomy))
    clues, mistakes = [], []
    for path, row in rows:
        found, wrong = parser.parse(row.values, path.name, f"第 {row.number} 行")
        clues += [found] if found else []
        mistakes += [str(mistake) for mistake in wrong]
    if mistakes:
        raise InvalidTable("标注数据", mistakes)
    return clues


if __name__ == "__main__":
    try:
        deal_files([Path(argument) for argument in sys.argv[1:]], TrainingConfig())
    except FenzhenError as error:
        sys.exit(error.detail)
    except OSError as error:
        sys.exit(f"没有写入（{cause(error)}），原来的文件没有改动，请处理后重试")
