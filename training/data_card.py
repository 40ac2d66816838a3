"""The counts in the data card, from the files: ``python -m training.data_card`` rewrites them."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import quantiles
from typing import Any

CARD = Path("datasets/数据卡.md")
CLUES = Path("datasets/clues")
_BLOCK = re.compile(r"(<!-- counts:begin -->\n).*?(<!-- counts:end -->)", re.DOTALL)
_URGENCIES = ("critical", "urgent", "normal", "inquiry")


def counts_table(paths: Iterable[Path]) -> str:
    """Markdown tables of the labelled clues in JSONL files: labels, lengths, groups."""
    rows: list[dict[str, Any]] = [
        json.loads(line)
        for path in sorted(paths)
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    pairs = Counter((row["module"], row["urgency"]) for row in rows)
    modules = Counter(row["module"] for row in rows)
    functions = Counter(row["function"] for row in rows)
    lengths = [len(row["text"]) for row in rows]
    tenths = quantiles(lengths, n=10)
    lines = [
        f"| 模块 | {' | '.join(_URGENCIES)} | 合计 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {module} | {' | '.join(str(pairs[module, u]) for u in _URGENCIES)} | {count} |"
            for module, count in modules.most_common()
        ),
        f"| 合计 | {' | '.join(str(sum(pairs[m, u] for m in modules)) for u in _URGENCIES)} "
        f"| {len(rows)} |",
        "",
        "职能：" + "、".join(f"{name} {count}" for name, count in functions.most_common()) + "。",
        "",
        f"带次要模块 {sum(bool(row.get('secondary_modules')) for row in rows)} 条；"
        f"作者组 {len({row['author_group'] for row in rows})} 个。",
        f"正文字数：最短 {min(lengths)}，十分位 {tenths[0]:.0f}，中位 {tenths[4]:.0f}，"
        f"九十分位 {tenths[8]:.0f}，最长 {max(lengths)}。",
    ]
    return "\n".join(lines) + "\n"


def with_counts(card: str, table: str) -> str:
    """The card with its block of counts replaced."""
    return _BLOCK.sub(lambda block: block.group(1) + table + block.group(2), card)


if __name__ == "__main__":
    card = CARD.read_text(encoding="utf-8")
    CARD.write_text(with_counts(card, counts_table(CLUES.glob("*.jsonl"))), encoding="utf-8")
