"""Clues per second on one core, in process: reading alone, the whole triage, and the peer."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.peer import Peer, Row
from model.bundle import read_bundle
from model.clue import Clue
from model.linear_model import LinearModel
from model.reading import read_clue
from model.signals import load_signals
from model.triager import Triager

_REPEATS = 5


def per_second(call: Callable[[str], object], texts: list[str]) -> float:
    """The best of five passes, so that other work on the machine counts least."""
    for text in texts[:20]:
        call(text)
    best = float("inf")
    for _ in range(_REPEATS):
        started = time.perf_counter()
        for text in texts:
            call(text)
        best = min(best, time.perf_counter() - started)
    return len(texts) / best


def measure(bundle: Path, rows: list[Row], peer: Peer) -> list[str]:
    """Lines of the report."""
    texts = [row["text"] for row in rows if 150 <= len(row["text"]) <= 260][:300]
    triager = Triager.load(bundle)
    learned = LinearModel.from_bundle(read_bundle(bundle))
    instructions = load_signals(bundle / "signals.yaml").instruction_patterns

    def read(text: str) -> object:
        reading = read_clue(Clue(text=text), instructions)
        scores = learned.heads.score(learned.encoder.encode(reading.encoded))
        return learned.calibration.apply(scores, learned.heads.labels)

    rates = {
        "fenzhen：清洗、编码、各头打分、校准": per_second(read, texts),
        "fenzhen：完整分诊（含地点、管辖、期限、依据）": per_second(
            lambda text: triager.triage(Clue(text=text)), texts
        ),
        "scikit-learn：TF-IDF（同样的 n 元）+ 逻辑回归": per_second(peer.classify, texts),
    }
    slowest = rates["scikit-learn：TF-IDF（同样的 n 元）+ 逻辑回归"]
    mean = sum(map(len, texts)) / len(texts)
    return [
        f"### 进程内，单核（{len(texts)} 条，平均 {mean:.0f} 字）",
        "",
        "| | 条/秒 | 毫秒/条 | 倍数 |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {rate:.0f} | {1000 / rate:.2f} | {rate / slowest:.1f}× |"
            for name, rate in rates.items()
        ),
    ]
