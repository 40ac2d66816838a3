"""Training seconds against the number of rows: is growth linear?

``python -m benchmarks.training_time ROWS`` measures one size in a process of its own. Rows are
the shipped clues repeated; each round gets one differing mark so that no two texts are the same.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peer import Row, load_rows

_MARKS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东西南北春夏秋冬金木水火土日月山川"


def _repeat(rows: list[Row], count: int) -> list[Row]:
    out = []
    for number in range(count):
        row, round_number = rows[number % len(rows)], number // len(rows)
        mark = _MARKS[round_number % len(_MARKS)] * (1 + round_number // len(_MARKS))
        out.append(
            row
            | {
                "clue_id": f"B{number:06d}",
                "text": f"{row['text']}{mark}" if round_number else row["text"],
            }
        )
    return out


def _one(count: int) -> None:
    from training.config import TrainingConfig
    from training.run import train

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "rows.jsonl"
        rows = _repeat(load_rows(Path("datasets/clues")), count)
        data.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
        config = TrainingConfig(data=(data,), output=Path(folder) / "bundle", learning_curve=False)
        started = time.perf_counter()
        train(config, lambda _: None)
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": count, "seconds": seconds, "peak_mb": peak}))


def measure(sizes: list[int]) -> list[str]:
    """Lines of the report."""
    lines = [
        "### 训练（五折交叉验证、校准、评估、写包；不含学习曲线与 MLflow）",
        "",
        "| 行数 | 秒 | 毫秒/行 | 峰值内存 MB |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for size in sizes:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.training_time", str(size)],
            capture_output=True, check=True, timeout=7200,
        )  # fmt: skip
        found = json.loads(done.stdout)
        per_row = 1000 * found["seconds"] / size
        lines.append(
            f"| {size} | {found['seconds']:.1f} | {per_row:.2f} | {found['peak_mb']:.0f} |"
        )
    return lines


if __name__ == "__main__":
    _one(int(sys.argv[1]))
