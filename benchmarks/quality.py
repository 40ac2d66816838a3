"""``python -m benchmarks.quality``: who reads best, on the same splits, with paired intervals.

``--real FILE`` adds labelled real messages (JSON Lines with module, urgency and function),
``--messages FILE`` a CSV of messages with ``detail``, ``label`` and ``group``. Neither is ever
learned from for the composed corpus.
"""

import argparse
import csv
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from benchmarks.contest import CONTENDERS, PEERS, Labels, Texts
from model.clue import Clue
from model.reading import read_clue
from model.signals import load_signals
from training.folds import near_copy_groups
from training.transformer.base import load_base
from training.transformer.embeddings import pooled_states
from training.transformer.export import to_int8, to_onnx
from training.transformer.settings import TransformerConfig

_RESAMPLES = 2000


class Encoder:
    """The frozen encoder behind a cache on disk."""

    def __init__(self, cache: Path) -> None:
        settings = TransformerConfig(cache=cache)
        base = load_base(settings)
        self._encoder = base.onnx_encoder(to_int8(to_onnx(base.encoder, base.read_layers)))
        self._cache = cache
        self._signals = load_signals(Path("datasets/signals.yaml"))

    def texts(self, rows: Sequence[Mapping[str, str]]) -> Texts:
        """Rows with ``text`` and, where there are, ``title`` and ``author_group``."""
        clues = [Clue(text=row["text"], title=row.get("title") or None) for row in rows]
        readings = [read_clue(clue, self._signals) for clue in clues]
        raw = [f"{clue.title or ''} {clue.text}" for clue in clues]
        authors = [row.get("author_group") or str(number) for number, row in enumerate(rows)]
        states = pooled_states(
            self._encoder, [reading.written for reading in readings], self._cache, print
        )
        groups = near_copy_groups([reading.encoded for reading in readings], authors)
        return Texts(raw, readings, states, groups)


def macro_f1(truth: Labels, found: Labels) -> float:
    present = np.unique(truth)
    return float(f1_score(truth, found, labels=present, average="macro", zero_division=0))


def paired_interval(truth: Labels, ours: Sequence[Labels], theirs: Sequence[Labels]) -> str:
    """The gain in macro-F1, mean over seeds, and its 95 % bootstrap interval over texts."""
    random = np.random.default_rng(0)

    def gain(rows: NDArray[np.int64]) -> float:
        return float(
            np.mean(
                [
                    macro_f1(truth[rows], one[rows]) - macro_f1(truth[rows], other[rows])
                    for one, other in zip(ours, theirs, strict=True)
                ]
            )
        )

    every = np.arange(truth.size)
    drawn = [gain(random.integers(truth.size, size=truth.size)) for _ in range(_RESAMPLES)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{100 * gain(every):+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"


def contest(
    seen: Texts,
    truth: Labels,
    asked: Texts,
    draws: Sequence[NDArray[np.int64]],
    parts: Mapping[str, NDArray[np.int64]],
    goal: Labels,
) -> list[str]:
    """Table rows. ``draws`` are the rows learned from, one array a seed; ``parts`` the rows of
    ``asked`` that make a set of their own."""
    found: dict[str, list[Labels]] = {}
    for contender, fit in CONTENDERS.items():
        try:
            found[contender] = [
                fit(seen.take(rows), truth[rows], asked, seed) for seed, rows in enumerate(draws)
            ]
        except ModuleNotFoundError as error:
            print(f"{contender} 未运行：缺少 {error.name}")
    return [line for name, rows in parts.items() for line in _lines(name, rows, found, goal)]


def _lines(
    name: str, rows: NDArray[np.int64], found: Mapping[str, list[Labels]], goal: Labels
) -> list[str]:
    truth = goal[rows]
    here = {key: [one[rows] for one in value] for key, value in found.items()}
    scores = {key: np.mean([macro_f1(truth, x) for x in value]) for key, value in here.items()}
    best = max((peer for peer in PEERS if peer in here), key=lambda peer: scores[peer])
    lines = [
        f"| {name} | {key} | {np.mean([(x == truth).mean() for x in value]):.3f}"
        f" | {scores[key]:.3f}"
        f" | {'–' if key == best else paired_interval(truth, value, here[best])} |"
        for key, value in here.items()
    ]
    print("\n".join(lines), flush=True)
    return lines


def composed_and_real(encoder: Encoder, real: Path | None, seeds: int) -> list[str]:
    files = sorted(Path("datasets/clues").glob("*.jsonl"))
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    train = [row for row in rows if row["split"] == "train"]
    asked = [row for row in rows if row["split"] == "test"]
    parts = {"composed test": np.arange(len(asked))}
    if real is not None:
        some = [json.loads(line) for line in real.read_text("utf-8").splitlines()]
        parts["real"] = len(asked) + np.arange(len(some))
        asked += some
    seen, texts = encoder.texts(train), encoder.texts(asked)
    lines = []
    for head in ("module", "urgency", "function"):
        truth, goal = (np.array([row[head] for row in part]) for part in (train, asked))
        draws = [_share(len(train), seed) for seed in range(seeds)]
        named = {f"{name} · {head}": rows for name, rows in parts.items()}
        lines += contest(seen, truth, texts, draws, named, goal)
    return lines


def _share(size: int, seed: int) -> NDArray[np.int64]:
    """Nine in ten, so that seeds differ for methods that draw nothing themselves."""
    return np.sort(np.random.default_rng(seed).permutation(size)[: int(0.9 * size)])


def messages(encoder: Encoder, file: Path, most: int, seeds: int) -> list[str]:
    """Seven municipal subjects: all rows drawn, and 50, 100, 200 of each class."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["detail_source"] == "raw"]
    random = np.random.default_rng(0)
    chosen = [rows[i] for i in random.permutation(len(rows))[:most]]
    texts = encoder.texts([{"text": r["detail"], "author_group": r["group"]} for r in chosen])
    labels = np.array([row["label"] for row in chosen])
    groups = np.array([row["group"] for row in chosen])
    held_out = np.isin(groups, random.permutation(np.unique(groups))[: len(set(groups)) // 4])
    train, test = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    lines = []
    for size in (50, 100, 200, None):
        draws = [_few(labels[train], size, seed) for seed in range(seeds)]
        name = f"messages · {f'{size} a class' if size else f'all {train.size}'}"
        parts = {name: np.arange(test.size)}
        lines += contest(
            texts.take(train), labels[train], texts.take(test), draws, parts, labels[test]
        )
    return lines


def _few(labels: Labels, size: int | None, seed: int) -> NDArray[np.int64]:
    random = np.random.default_rng(seed)
    if size is None:
        return _share(labels.size, seed)
    return np.concatenate(
        [random.permutation(np.flatnonzero(labels == code))[:size] for code in np.unique(labels)]
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path)
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--most", type=int, default=20_000, help="rows of --messages drawn")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cache", type=Path, default=Path("var/cache"))
    parser.add_argument("--without-composed", action="store_true")
    arguments = parser.parse_args()
    encoder = Encoder(arguments.cache)
    lines = [
        "| set | contender | accuracy | macro-F1 | gain over the best peer, points of macro-F1 |",
        "| --- | --- | ---: | ---: | ---: |",
    ]
    if not arguments.without_composed:
        lines += composed_and_real(encoder, arguments.real, arguments.seeds)
    if arguments.messages is not None:
        lines += messages(encoder, arguments.messages, arguments.most, arguments.seeds)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
