"""Training seconds against the number of rows: is growth linear?

``python -m benchmarks.training_time ROWS`` measures one size in a process of its own. Rows are
the shipped clues repeated; each round bears a mark of its own, so that no two texts are the same
and the search for near-copies does its full work.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.peer import Row, load_rows
from benchmarks.running import peak_megabytes
from model.bundle import read_bundle
from model.learned_model import LearnedModel
from model.linear_reader import LinearReader

_MARKS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥东西南北春夏秋冬金木水火土日月山川"


def repeat(rows: list[Row], count: int) -> list[Row]:
    """The rows over and over, each round with a mark of its own, up to ``count``."""
    return [
        _marked(rows[number % len(rows)], number // len(rows))
        | {"clue_id": f"B{number:06d}"}
        for number in range(count)
    ]  # fmt: skip


def _marked(row: Row, round_number: int) -> Row:
    if round_number == 0:
        return row
    mark = _MARKS[round_number % len(_MARKS)] * (1 + round_number // len(_MARKS))
    group = {"author_group": f"{row['author_group']}-{mark}"} if "author_group" in row else {}
    return row | {"text": f"{row['text']}{mark}"} | group


def _one(count: int) -> None:
    from training.config import TrainingConfig
    from training.run import train

    os.setpgid(0, 0)
    with tempfile.TemporaryDirectory() as folder:
        data, bundle = Path(folder) / "rows.jsonl", Path(folder) / "bundle"
        rows = repeat(load_rows(Path("datasets/clues")), count)
        data.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
        )
        config = TrainingConfig(data=(data,), output=bundle, learning_curve=False)
        started = time.perf_counter()
        train(config, lambda _: None)
        seconds = time.perf_counter() - started
        reader = LearnedModel.from_bundle(read_bundle(bundle)).reader
        assert isinstance(reader, LinearReader)
        features = reader.encoder.keys.size
    peak = peak_megabytes(os.getpid())
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "features": features}))


def measure(sizes: list[int]) -> list[str]:
    """Lines of the report."""
    shipped = len(load_rows(Path("datasets/clues")))
    found = {size: _run(size) for size in sizes}
    growth = [
        f"{less:,} → {more:,} 行：行数 {more / less:.1f} 倍，"
        f"时间 {found[more]['seconds'] / found[less]['seconds']:.1f} 倍。"
        for less, more in pairwise(sorted(found))
    ]
    return [
        "### 训练（五折交叉验证、校准、评估、写包；不含学习曲线与 MLflow）",
        "",
        "| 行数 | 秒 | 毫秒/行 | 特征数 | 峰值内存 MB |",
        "| ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {size:,} | {figures['seconds']:.1f} | {1000 * figures['seconds'] / size:.2f} "
            f"| {figures['features']:,.0f} | {figures['peak_mb']:.0f} |"
            for size, figures in found.items()
        ),
        "",
        *growth,
        f"自带语料 {shipped:,} 条，更多的行是重复：一经重复，只出现一次的 n 元也够了最低文档数，"
        "特征数陡增，跨过这个数的两行不宜直接相比。",
    ]


def _run(size: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.training_time", str(size)],
        stdout=subprocess.PIPE,
        check=True,
        timeout=3600,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    _one(int(sys.argv[1]))
