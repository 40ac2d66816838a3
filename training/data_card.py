"""The counts in the data card, from the files: ``python -m training.data_card`` rewrites them."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import quantiles

from model.bundle import json_bytes
from model.errors import InvalidConfiguration
from model.tables import Row, read_rows

CARD = Path("datasets/数据卡.md")
CLUES = Path("datasets/clues")
_BLOCK = re.compile(r"(<!-- counts:begin -->\n).*?(<!-- counts:end -->)", re.DOTALL)
_URGENCIES = ("critical", "urgent", "normal", "inquiry")


def counts_table(paths: Iterable[Path]) -> str:
    """Markdown tables of files of labelled clues: labels, then optional fields, then lengths.

    Lengths are in characters. Raises InvalidTable for a file that cannot be read.
    """
    rows = [row for path in sorted(paths) for row in read_rows(path)]
    tables = (_modules(rows), _functions(rows), _fields(rows), _lengths(rows), _split(rows))
    return "\n\n".join(tables) + "\n"


def _modules(rows: Sequence[Row]) -> str:
    pairs = Counter((row.values["module"], row.values["urgency"]) for row in rows)
    second = Counter(row.values["module"] for row in rows if row.values.get("secondary_modules"))
    modules = Counter(row.values["module"] for row in rows)
    body = [
        (module, *(pairs[module, urgency] for urgency in _URGENCIES), count, second[module])
        for module, count in modules.most_common()
    ]
    urgencies = Counter(row.values["urgency"] for row in rows)
    total = (*(urgencies[urgency] for urgency in _URGENCIES), len(rows), second.total())
    return _markdown(("模块", *_URGENCIES, "合计", "带次要模块"), [*body, ("合计", *total)])


def _functions(rows: Sequence[Row]) -> str:
    counts = Counter(row.values["function"] for row in rows)
    return _markdown(("承办职能", "条数"), counts.most_common())


def _fields(rows: Sequence[Row]) -> str:
    groups = len({row.values["author_group"] for row in rows})
    counts = [sum(field in row.values for row in rows) for field in ("title", "location", "note")]
    return _markdown(("作者组", "有标题", "填了地点", "有备注"), [(groups, *counts)])


def _lengths(rows: Sequence[Row]) -> str:
    lengths = [len(str(row.values["text"])) for row in rows]
    cuts = quantiles(lengths, n=20)
    shown = (min(lengths), *(round(cuts[i]) for i in (0, 4, 9, 14, 18)), max(lengths))
    long = sum(length > 1000 for length in lengths)
    header = ("正文字数", "最短", "5%", "25%", "中位", "75%", "95%", "最长", "超过 1000 字的条数")
    return _markdown(header, [("", *shown, long)])


def _split(rows: Sequence[Row]) -> str:
    """The frozen test split, and the SHA-256 of its rows: a word or label changed would show."""
    aside = [row for row in rows if row.values.get("split") == "test"]
    content = sorted(json_bytes(row.values) for row in aside)
    digest = hashlib.sha256(b"".join(content)).hexdigest()[:16]
    modules = Counter(str(row.values["module"]) for row in aside)
    told = "、".join(f"{module} {count}" for module, count in modules.most_common())
    return _markdown(("测试集指纹", "条数", "各模块"), [(digest, len(aside), told)])


def _markdown(header: Sequence[str], body: Iterable[Sequence[object]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    ruler = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in (header, ruler, *body))


def with_counts(card: str, table: str) -> str:
    """The card with its block of counts replaced.

    Raises InvalidConfiguration when the card has not exactly one such block.
    """
    replaced, found = _BLOCK.subn(lambda block: block.group(1) + table + block.group(2), card)
    if found != 1:
        mistake = f"应有一处 <!-- counts:begin --> … <!-- counts:end -->，现有 {found} 处，请补上"
        raise InvalidConfiguration(CARD.name, [mistake])
    return replaced


if __name__ == "__main__":
    card = CARD.read_text(encoding="utf-8")
    CARD.write_text(with_counts(card, counts_table(CLUES.glob("*.jsonl"))), encoding="utf-8")
