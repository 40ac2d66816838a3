"""The labelled texts of the quality benchmark, and what is learned from of them."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.answers import Labels, Rows

Row = Mapping[str, str]
HEADS = ("module", "urgency", "function")


@dataclass(frozen=True, slots=True)
class Composed:
    """The composed training clues; the composed test clues and then the real messages, with the
    rows of either."""

    train: Sequence[Row]
    asked: Sequence[Row]
    parts: Mapping[str, Rows]


def composed(real: Path | None) -> Composed:
    """``real`` is JSON Lines with text, title, module, urgency and function."""
    files = sorted(Path("datasets/clues").glob("*.jsonl"))
    clues = [row for file in files for row in _lines(file)]
    test = [row for row in clues if row["split"] == "test"]
    messages = _lines(real) if real else []
    parts = {"composed test": np.arange(len(test))}
    if messages:
        parts["real messages"] = len(test) + np.arange(len(messages))
    return Composed([row for row in clues if row["split"] == "train"], test + messages, parts)


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def subjects(file: Path, most: int) -> list[dict[str, str]]:
    """At most so many messages drawn of a CSV with detail, detail_source, label and group."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["detail_source"] == "raw"]
    drawn = np.random.default_rng(0).permutation(len(rows))[:most]
    return [
        {"text": row["detail"], "author_group": row["group"], "label": row["label"]}
        for row in (rows[i] for i in drawn)
    ]


def draw(labels: Labels, size: int | None, seed: int) -> Rows:
    """So many rows of each label; without a size nine rows in ten, so that seeds differ for
    methods that draw nothing themselves."""
    random = np.random.default_rng(seed)
    if size is None:
        return np.sort(random.permutation(labels.size)[: int(0.9 * labels.size)])
    return np.concatenate(
        [random.permutation(np.flatnonzero(labels == code))[:size] for code in np.unique(labels)]
    )
