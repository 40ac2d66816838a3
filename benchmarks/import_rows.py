"""Rows a second and peak memory of ``fenzhen data import`` at 100,000 rows.

``python -m benchmarks.import_rows [ROWS]`` writes the shipped clues over and over, every text with
a mark of its own, into files of each kind, and imports each in a process of its own.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peer import load_rows
from benchmarks.training_time import repeat
from model.taxonomy import load_taxonomy
from training.exchange.exporting import SUFFIX_OF, Format, export, labelled_jobs
from training.exchange.importing import import_labels

_TAXONOMY = Path("datasets/taxonomy.yaml")
_KINDS: tuple[Format, ...] = ("jsonl", "csv", "excel", "label-studio", "doccano")
_PROGRAM = """
import sys
from fenzhen import app
try:
    app(sys.argv[1:])
except SystemExit as stop:
    assert stop.code == 0, stop.code
status = open("/proc/self/status").read()
peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
print(int(peak) // 1024)
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"| 格式（{count:,} 行） | 文件 MB | 秒 | 行/秒 | 峰值内存 MB |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "源.jsonl"
        rows = repeat(load_rows(Path("datasets/clues")), count)
        lines = (json.dumps(row, ensure_ascii=False) for row in rows)
        source.write_text("\n".join(lines), encoding="utf-8")
        taxonomy = load_taxonomy(_TAXONOMY)
        jobs = labelled_jobs(import_labels([source], taxonomy).merge.clues)
        for kind in _KINDS:
            path = Path(folder) / f"{kind}{SUFFIX_OF[kind]}"
            export(jobs, path, kind, taxonomy)
            _measure(kind, path, count)


def _measure(kind: str, path: Path, count: int) -> None:
    output = path.with_name(f"{path.stem}-out.jsonl")
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "data", "import", str(path), "--output", str(output)],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    size, peak = path.stat().st_size / 1024**2, int(done.stdout.split()[-1])
    print(f"| {kind} | {size:.0f} | {seconds:.1f} | {count / seconds:,.0f} | {peak} |", flush=True)


if __name__ == "__main__":
    main()
