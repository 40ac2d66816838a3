"""``make bench``: measure everything, print the tables and keep them in ``results.md``.

``--sizes 800,1500,8000`` chooses the training sizes.
"""

import argparse
import os
import platform
import signal
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

from benchmarks import in_process, services, training_time
from benchmarks.peer import Peer, load_rows
from model.bundle import read_bundle

_LIBRARIES = ("numpy", "scikit-learn", "jieba", "fastapi", "uvicorn", "mlflow")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    parser.add_argument("--sizes", default="800,1500,3000,8000")
    parser.add_argument("--bentoml", type=Path, help="its command, in an environment of its own")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped
    rows = load_rows(Path("datasets/clues"))
    peer = Peer(rows)
    sizes = [int(size) for size in arguments.sizes.split(",")]
    report = [
        *_conditions(arguments.bundle),
        "",
        *in_process.measure(arguments.bundle, rows, peer),
        "",
        *services.measure(arguments.bundle, rows, peer, arguments.bentoml),
        "",
        *training_time.measure(sizes),
    ]
    text = "\n".join(report) + "\n"
    print(text)
    Path("benchmarks/results.md").write_text(text, encoding="utf-8")


def _conditions(bundle: Path) -> list[str]:
    """Machine, date, versions, and how busy the machine was before the first measure."""
    versions = "，".join(f"{name} {version(name)}" for name in _LIBRARIES)
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return [
        f"## 基准（{date.today()}）",
        "",
        f"- 机器：{processor}，{os.cpu_count()} 核，{platform.system()} {platform.release()}；"
        f"开始前一分钟平均负载 {os.getloadavg()[0]:.2f}",
        f"- 版本：Python {platform.python_version()}，{versions}；"
        f"模型包 {read_bundle(bundle).version[:16]}；OMP_NUM_THREADS=1",
    ]


if __name__ == "__main__":
    main()
