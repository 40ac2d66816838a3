"""Clues per second on one core, in process: reading alone, the whole triage, and the peer."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.peer import Peer, Row, usual_texts
from model.bundle import read_bundle
from model.clue import Clue
from model.learned_model import LearnedModel
from model.reading import read_clue
from model.signals import load_signals
from model.triager import Triager

_ROUNDS = 7
_PEER = "scikit-learn：TF-IDF（同样的 n 元）+ 逻辑回归，三个头"

Call = Callable[[str], object]


def per_second(calls: Mapping[str, Call], texts: list[str]) -> dict[str, float]:
    """Texts per second of each call, the best of its passes.

    The calls take turns, so that other work on the machine burdens all alike.
    """
    for call in calls.values():
        _seconds(call, texts[:20])
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(_ROUNDS):
        for name, call in calls.items():
            best[name] = min(best[name], _seconds(call, texts))
    return {name: len(texts) / seconds for name, seconds in best.items()}


def _seconds(call: Call, texts: list[str]) -> float:
    started = time.perf_counter()
    for text in texts:
        call(text)
    return time.perf_counter() - started


def measure(bundle: Path, rows: list[Row], peer: Peer) -> list[str]:
    """Lines of the report."""
    texts = usual_texts(rows)
    triager = Triager.load(bundle)
    rates = per_second(
        {
            "fenzhen：清洗、编码、各头打分、校准": _reading(bundle),
            "fenzhen：完整分诊（含地点、管辖、期限、依据）": lambda text: triager.triage(
                Clue(text=text)
            ),
            _PEER: peer.classify,
        },
        texts,
    )
    mean = sum(map(len, texts)) / len(texts)
    return [
        f"### 进程内，单核（{len(texts)} 条，平均 {mean:.0f} 字，{_ROUNDS} 轮取最快）",
        "",
        "| | 条/秒 | 毫秒/条 | 倍数 |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {name} | {rate:.0f} | {1000 / rate:.2f} | {rate / rates[_PEER]:.1f}× |"
            for name, rate in rates.items()
        ),
    ]


def _reading(bundle: Path) -> Call:
    """Clean, encode, score all heads and calibrate: what the peer does, and cleaning."""
    learned = LearnedModel.from_bundle(read_bundle(bundle))
    signals = load_signals(bundle / "signals.yaml")

    def read(text: str) -> object:
        reading = read_clue(Clue(text=text), signals)
        (impression,) = learned.reader.read([reading])
        return learned.calibration.apply(impression.scores, learned.labels)

    return read
