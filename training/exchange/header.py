"""Where the heading of a table is: below a title, over two rows, or given twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from model.errors import InvalidTable
from model.table_rows import TEXT_COLUMN, is_empty, trimmed, unusable
from training.exchange.columns import COLUMNS, canonical

Record = tuple[int, list[object]]
_TRIED = 5
_SHOWN = 10


class NoHeader(InvalidTable):
    """None of the first rows names a column of texts."""


@dataclass(frozen=True, slots=True)
class Table:
    """The column of every cell, the records below the heading, and what was odd above them."""

    columns: list[str]
    records: Iterator[Record]
    oddities: tuple[str, ...]


def find_header(path: Path, records: Iterator[tuple[int, Sequence[object]]]) -> Table:
    """Find the heading among the first rows that are not blank.

    Raises NoHeader, and InvalidTable when two name the same column.
    """
    filled = ((number, trimmed(cells)) for number, cells in records)
    filled = ((number, cells) for number, cells in filled if cells)
    first = list(islice(filled, _TRIED))
    place = next((i for i, (_, cells) in enumerate(first) if _is_header(cells)), None)
    if place is None:
        raise NoHeader(path.name, [_no_header(first)])
    oddities = [f"第 {first[place][0]} 行才是表头，前面的行已略过"] if place else []
    columns = [canonical(str(cell or "")) for cell in first[place][1]]
    below = place + 1
    lower = [canonical(str(cell or "")) for cell in first[below][1]] if below < len(first) else []
    if _continues(columns, lower):
        columns = _joined(columns, lower)
        oddities.append(f"表头占两行（到第 {first[below][0]} 行），已合并读取")
        below += 1
    twice = sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1})
    if twice:
        raise unusable(path, f"有两列都是 {'、'.join(twice)}，请删去或改名一列")
    columns = [name or f"第 {n} 列" for n, name in enumerate(columns, 1)]
    return Table(columns, chain(first[below:], filled), tuple(oddities))


def _is_header(cells: Sequence[object]) -> bool:
    return any(canonical(str(cell)) == TEXT_COLUMN for cell in cells)


def _continues(upper: list[str], lower: list[str]) -> bool:
    """Whether a row goes on with the heading: it names columns, and has no clue under the text."""
    texts = lower[upper.index(TEXT_COLUMN) :][:1]
    return texts in ([], [""], [TEXT_COLUMN]) and sum(name in COLUMNS for name in lower) > 1


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    """Column by column the lower heading, where there is one and it is not the less known."""
    width = max(len(upper), len(lower))
    upper, lower = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return [
        above if not below or (above in COLUMNS and below not in COLUMNS) else below
        for above, below in zip(upper, lower, strict=True)
    ]


def _no_header(first: Sequence[Record]) -> str:
    """What the first row holds, if it looks like headings; texts of clues are not repeated."""
    if not first:
        return "文件里没有一行数据，请确认选对了文件"
    cells = [str(cell) for cell in first[0][1] if not is_empty(cell)]
    names = [cell for cell in cells if len(cell) <= _SHOWN and not any(map(str.isdigit, cell))]
    seen = f"；现有的列是 {'、'.join(names)}，可能是另一个项目的文件" if names == cells else ""
    return f"表头中没有 text（正文）列，请在第一行写上列名{seen}"
