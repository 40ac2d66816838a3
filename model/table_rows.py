"""Rows of a file of clues, and how the cells of a table become them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from model.errors import InvalidTable

TEXT_COLUMN = "text"
EXCEL_EXACT = 10**15
"""Numbers from here on lose digits: Excel keeps 15 and silently zeroes the rest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    ``number`` is the line of a JSONL or CSV file or the row of a sheet, header included, counted
    from 1; a CSV record over several lines bears the first one's. ``values`` maps column to
    value, without empty cells: text for CSV and Excel (1.0 is "1"), what JSON says for JSONL.
    """

    number: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read, and why (Chinese, never the content)."""

    number: int
    mistake: str


def unusable(path: Path, mistake: str) -> InvalidTable:
    """The error for a file that is wrong as a whole."""
    return InvalidTable(path.name, [mistake])


def tabulate(path: Path, records: Iterable[tuple[int, Sequence[object]]]) -> Iterator[Row | BadRow]:
    """Rows of a table whose first record that is not blank is the header."""
    filled = ((number, trimmed(cells)) for number, cells in records)
    filled = ((number, cells) for number, cells in filled if cells)
    number, cells = next(filled, (1, []))
    header = [str(cell).strip() for cell in cells]
    mistakes = [f"第 {number} 行：{mistake}" for mistake in _header_mistakes(header)]
    if mistakes:
        raise InvalidTable(path.name, mistakes)
    return (cells_row(number, header, cells) for number, cells in filled)


def trimmed(cells: Sequence[object]) -> list[object]:
    """Without the empty cells at the end."""
    last = max((place for place, cell in enumerate(cells, 1) if not is_empty(cell)), default=0)
    return list(cells[:last])


def is_empty(value: object) -> bool:
    """Nothing there, or only white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def _header_mistakes(header: list[str]) -> list[str]:
    mistakes = [f"第 {n} 列缺少列名，请补上" for n, name in enumerate(header, 1) if not name]
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    mistakes += [f"列名“{name[:50]}”重复，请改名或删去一列" for name in repeated]
    if TEXT_COLUMN not in header:
        mistakes.append(f"表头中没有 {TEXT_COLUMN} 列；第一行应为列名，线索正文的列名写作 text")
    return mistakes


def cells_row(number: int, header: list[str], cells: list[object]) -> Row | BadRow:
    """One record under its header; cells as staff see them."""
    if len(cells) > len(header):
        mistake = f"有 {len(cells)} 格，表头只有 {len(header)} 列；含逗号的内容请加英文双引号"
        return BadRow(number, mistake)
    inexact = [
        column
        for column, cell in zip(header, cells, strict=False)
        if isinstance(cell, float) and abs(cell) >= EXCEL_EXACT
    ]
    if inexact:
        columns = "、".join(inexact)
        return BadRow(number, f"{columns} 列：数字超过 15 位，Excel 已丢失末位，请设为文本格式重填")
    return row_of(number, dict(zip(header, map(_as_text, cells), strict=False)))


def _as_text(cell: object) -> object:
    """A cell as staff see it: calamine gives every number as a float."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    return cell if isinstance(cell, str) else str(cell)


def row_of(number: int, content: Mapping[str, object]) -> Row | BadRow:
    """A row without its empty values, or why it cannot be one."""
    values = {column: value for column, value in content.items() if not is_empty(value)}
    nul = [c for c, v in values.items() if "\x00" in c or (isinstance(v, str) and "\x00" in v)]
    if nul:
        columns = "、".join(column.replace("\x00", "") for column in nul)
        return BadRow(number, f"{columns} 列：含有 NUL 字符，请删去")
    return Row(number, values)
