"""``python -m benchmarks.reading_speed BUNDLE``: what a bundle costs per clue, on this machine."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

import numpy as np

_LENGTHS = (120, 600, 20_000)
_TOGETHER = 32


def _texts(length: int) -> list[str]:
    lines = [
        line
        for path in sorted(Path("datasets/clues").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    joined = "".join(json.loads(line)["text"] for line in lines[::7])
    return [joined[i * length : (i + 1) * length] for i in range(min(20, len(joined) // length))]


def _one(bundle: Path, threads: int) -> None:
    """In a process of its own: start-up, memory and times of whole triages, evidence included."""
    os.setpgid(0, 0)
    started = time.perf_counter()
    from benchmarks.running import peak_megabytes
    from model.bundle import read_bundle
    from model.clue import Clue
    from model.learned_model import LearnedModel
    from model.reader import Runtime
    from model.reading import read_clue
    from model.signals import load_signals
    from model.triager import Triager

    triager = Triager.load(bundle, Runtime(threads=threads))
    triager.triage(Clue(text="厂子半夜排黑水，河里鱼都死了"))
    found: dict[str, float] = {"start_s": time.perf_counter() - started}
    for length in _LENGTHS:
        times, busy = [], []
        for text in _texts(length) * (1 if length > 5_000 else 5):
            begun, worked = time.perf_counter(), time.process_time()
            triager.triage(Clue(text=text))
            times.append(1000 * (time.perf_counter() - begun))
            busy.append(1000 * (time.process_time() - worked))
        found |= {
            f"p50_{length}": float(np.median(times)),
            f"p99_{length}": float(np.percentile(times, 99)),
            f"cpu_{length}": float(np.median(busy)),
        }
    found["peak_mb"] = peak_megabytes(os.getpid())
    signals = load_signals(bundle / "signals.yaml")
    readings = [read_clue(Clue(text=text), signals) for text in (_texts(120) * 2)[:_TOGETHER]]
    for batch in (1, _TOGETHER):
        reader = LearnedModel.from_bundle(read_bundle(bundle), Runtime(threads, batch)).reader
        reader.read(readings)
        begun, worked = time.perf_counter(), time.process_time()
        for _ in range(5):
            reader.read(readings)
        found |= {
            f"wall_batch_{batch}": 5 * _TOGETHER / (time.perf_counter() - begun),
            f"cpu_batch_{batch}": 5 * _TOGETHER / (time.process_time() - worked),
        }
    print(json.dumps(found))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path, nargs="+")
    parser.add_argument("--one", type=int)
    arguments = parser.parse_args()
    if arguments.one:
        _one(arguments.bundle[0], arguments.one)
        return
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    heads = " | ".join(f"{n} 字 p50 / p99 / CPU ms" for n in _LENGTHS)
    together = " | ".join(
        f"{_TOGETHER} together, batch {n}: a second / a CPU second" for n in (1, _TOGETHER)
    )
    print(f"| bundle | MB | threads | {heads} | {together} | start s | peak MB |")
    print("| --- | ---: | ---: |" + " ---: |" * (len(_LENGTHS) + 4))
    for bundle in arguments.bundle:
        size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file()) / 1e6
        for threads in (1, 2):
            command = [sys.executable, "-m", "benchmarks.reading_speed", str(bundle)]
            done = subprocess.run(
                [*command, "--one", str(threads)], capture_output=True, text=True, check=True
            )
            x = json.loads(done.stdout)
            cells = " | ".join(
                f"{x[f'p50_{n}']:.1f} / {x[f'p99_{n}']:.1f} / {x[f'cpu_{n}']:.1f}" for n in _LENGTHS
            )
            batches = " | ".join(
                f"{x[f'wall_batch_{n}']:.0f} / {x[f'cpu_batch_{n}']:.0f}" for n in (1, _TOGETHER)
            )
            print(
                f"| {bundle.name} | {size:.1f} | {threads} | {cells} | {batches} "
                f"| {x['start_s']:.2f} "
                f"| {x['peak_mb']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
