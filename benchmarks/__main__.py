"""``make bench``: measure everything and reprint the table; ``--sizes 800,8000`` for training."""

import argparse
import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

from benchmarks import in_process, services, training_time
from benchmarks.peer import Peer, load_rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    parser.add_argument("--sizes", default="800,8000")
    arguments = parser.parse_args()
    rows = load_rows(Path("datasets/clues"))
    peer = Peer(rows)
    versions = "，".join(
        f"{name} {version(name)}" for name in ("numpy", "scikit-learn", "fastapi", "mlflow")
    )
    report = [
        f"## 基准（{date.today()}，{platform.machine()}，{os.cpu_count()} 核，"
        f"Python {platform.python_version()}，{versions}）",
        "",
        *in_process.measure(arguments.bundle, rows, peer),
        "",
        *services.measure(arguments.bundle, peer),
        "",
        *training_time.measure([int(size) for size in arguments.sizes.split(",")]),
    ]
    text = "\n".join(report) + "\n"
    print(text)
    Path("benchmarks/results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
