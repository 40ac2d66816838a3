"""The index of similar clues at a million: time to rebuild, to query, to add, and memory.

    python -m benchmarks.similar_index --clues 1000000

Clues are composed: every one six sentences dealt from the shipped corpus and a form's heading, so
that bigrams repeat as they do in life (the signature of a text is the minimum of its sentences').
"""

import argparse
import json
import re
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.clean import clean
from model.similarity import PERMUTATIONS, bigrams, signature
from serving.similar.index import SimilarIndex
from serving.similar.store import StoredSignature, to_bytes

_HEADING = "诉求人反映内容市民来电反映希望相关部门尽快核实处理并答复"


def _sentences() -> NDArray[np.uint32]:
    texts = [
        json.loads(line)["text"]
        for path in sorted(Path("datasets/clues").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    parts = {part for text in texts for part in re.split(r"[。！？；\n]", clean(text).text)}
    return np.stack([signature(bigrams(part)) for part in sorted(parts) if len(part) >= 6])


class _Memory:
    """A store of composed signatures, numbered from 1."""

    def __init__(self, clues: int) -> None:
        dealt = np.random.default_rng(1)
        sentences = _sentences()
        heading = signature(bigrams(_HEADING))
        self.signatures = np.empty((clues, PERMUTATIONS), dtype=np.uint32)
        for start in range(0, clues, 10_000):
            chosen = dealt.integers(len(sentences), size=(min(10_000, clues - start), 6))
            composed = sentences[chosen].min(axis=1)
            self.signatures[start : start + len(chosen)] = np.minimum(composed, heading)

    def signatures_after(self, number: int, limit: int) -> Sequence[StoredSignature]:
        page = self.signatures[number : number + limit]
        return [StoredSignature(number + 1 + i, to_bytes(row)) for i, row in enumerate(page)]

    def tally_after(self, number: int) -> tuple[int, int]:
        ahead = range(number + 1, len(self.signatures) + 1)
        return len(ahead), sum(ahead)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _near_copy(row: NDArray[np.uint32], dealt: np.random.Generator) -> NDArray[np.uint32]:
    """A signature that agrees in four places of five."""
    changed = row.copy()
    places = dealt.random(PERMUTATIONS) < 0.2
    changed[places] = dealt.integers(2**32, size=int(places.sum()), dtype=np.uint32)
    return changed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clues", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=1000)
    arguments = parser.parse_args()
    store = _Memory(arguments.clues)
    dealt = np.random.default_rng(2)
    index = SimilarIndex()
    before, started = _resident_mib(), time.perf_counter()
    index.catch_up(store)
    print(f"rebuild {time.perf_counter() - started:.1f} s, {len(index)} clues")
    print(f"memory {_resident_mib() - before:.0f} MiB")
    queries, found, sizes = [], 0, []
    for _ in range(arguments.queries):
        place = int(dealt.integers(arguments.clues))
        asked = _near_copy(store.signatures[place], dealt)
        started = time.perf_counter()
        candidates = index.query(asked)
        queries.append(time.perf_counter() - started)
        sizes.append(len(candidates))
        found += place + 1 in [candidate.number for candidate in candidates]
    adds = []
    for i in range(20_000):
        started = time.perf_counter()
        index.add(arguments.clues + 1 + i, store.signatures[i])
        adds.append(time.perf_counter() - started)
    for name, seconds in (("query", queries), ("add", adds)):
        p50, p95, p99 = (1000 * float(np.quantile(seconds, q)) for q in (0.5, 0.95, 0.99))
        print(f"{name} p50 {p50:.3f} p95 {p95:.3f} p99 {p99:.3f} max {1000 * max(seconds):.1f} ms")
    print(
        f"near copy at 0.8 found {found / arguments.queries:.1%}, candidates {np.mean(sizes):.1f}"
    )


if __name__ == "__main__":
    main()
