"""``python -m benchmarks.deletion BUNDLE``: do the spans shown as evidence carry the score?

The characters that a method ranks highest are blanked out, and as many others at random; the
fall of the label's score after the one must be larger than after the other (deletion test,
Samek et al. 2017).
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import load_rows
from benchmarks.torch_evidence import TorchEvidence
from model.bundle import read_bundle
from model.clue import Clue
from model.hybrid_reader import HybridReader
from model.learned_model import LearnedModel
from model.ngrams import word_bounds
from model.reader import Reader
from model.reading import Reading, read_clue
from model.signals import load_signals

_DELETED = 0.1
_DRAWS = 3

Weigh = Callable[[Reader, Reading, str], NDArray[np.float64]]


def contributions(reader: Reader, reading: Reading, code: str) -> NDArray[np.float64]:
    """What the reader itself says: the score handed back to the characters."""
    return reader.read([reading])[0].weights("module", code)


def occlusion(reader: Reader, reading: Reading, code: str) -> NDArray[np.float64]:
    """How far the score falls when each word alone is blanked: one reading per word."""
    bounds = word_bounds(reading.written).tolist()
    spans = list(pairwise(bounds))
    without = [_blanked(reading, np.arange(*span)) for span in spans]
    scores = [_score(reader, found, code) for found in [reading, *without]]
    weights = np.zeros(len(reading.written))
    for (start, end), score in zip(spans, scores[1:], strict=True):
        weights[start:end] = (scores[0] - score) / (end - start)
    return weights


METHODS: dict[str, Weigh] = {"contributions": contributions, "occlusion": occlusion}


def _blanked(reading: Reading, places: NDArray[np.int64]) -> Reading:
    def without(text: str) -> str:
        characters = list(text)
        for place in places.tolist():
            characters[place] = " "
        return "".join(characters)

    return replace(reading, encoded=without(reading.encoded), written=without(reading.written))


def _score(reader: Reader, reading: Reading, code: str) -> float:
    """The label's margin over the mean of all labels."""
    scores = reader.read([reading])[0].scores.module
    return float(scores[reader.labels.modules.index(code)] - scores.mean())


def falls(
    reader: Reader, readings: Sequence[Reading], weigh: Weigh
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fall of the score (texts,) without the top tenth of characters, and without a random one."""
    random = np.random.default_rng(0)
    chosen, by_chance = [], []
    for reading in readings:
        code = reader.labels.modules[int(reader.read([reading])[0].scores.module.argmax())]
        before = _score(reader, reading, code)
        visible = np.flatnonzero([not c.isspace() for c in reading.encoded])
        count = max(2, int(_DELETED * visible.size))
        ranked = visible[np.argsort(-weigh(reader, reading, code)[visible], kind="stable")]
        chosen.append(before - _score(reader, _blanked(reading, ranked[:count]), code))
        drawn = [
            before - _score(reader, _blanked(reading, random.permutation(visible)[:count]), code)
            for _ in range(_DRAWS)
        ]
        by_chance.append(float(np.mean(drawn)))
    return np.array(chosen), np.array(by_chance)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--clues", type=int, default=40)
    arguments = parser.parse_args()
    reader = LearnedModel.from_bundle(read_bundle(arguments.bundle)).reader
    signals = load_signals(arguments.bundle / "signals.yaml")
    rows = [row for row in load_rows(Path("datasets/clues")) if row["split"] == "test"]
    rows = [row for row in rows if 40 <= len(row["text"]) <= 160][: arguments.clues]
    readings = [read_clue(Clue(text=row["text"]), signals) for row in rows]
    readers: dict[str, tuple[Reader, dict[str, Weigh]]] = {"bundle": (reader, METHODS)}
    if isinstance(reader, HybridReader):
        torch = TorchEvidence(arguments.bundle)
        with_torch = METHODS | {
            "integrated gradients": torch.integrated_gradients,
            "attention rollout": torch.attention_rollout,
        }
        readers["linear part"] = reader.linear, METHODS
        readers["transformer part"] = reader.transformer, with_torch
    print("| reader | method | fall, top 10 % | fall, random 10 % | top > random | CPU s a clue |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for name, (found, methods) in readers.items():
        for method, weigh in methods.items():
            begun = time.process_time()
            top, chance = falls(found, readings, weigh)
            spent = (time.process_time() - begun) / len(readings)
            print(
                f"| {name} | {method} | {top.mean():.3f} | {chance.mean():.3f} "
                f"| {(top > chance).mean():.2f} | {spent:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
