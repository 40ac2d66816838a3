"""CSV and Excel as offices hand them in: titles above the heading, formulas, merged cells."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from model.table_readers import Sheet, csv_records, read_sheets
from model.table_rows import BadRow, Row, cells_row, trimmed, unusable
from model.tables import check_file
from training.exchange.columns import COLUMNS
from training.exchange.csv_cells import csv_cell_read
from training.exchange.entry import Entry, Found, Notice
from training.exchange.header import NoHeader, Table, find_header
from training.exchange.workbook_marks import Cell, formula_cells
from training.labelled_clue import LABEL_COLUMNS, Mistake
from training.moments import is_day_number

_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_MERGED = "与上方或左侧合并了单元格，只有第一格有内容，请取消合并后逐行填写"


def scan_csv_labels(path: Path) -> Iterator[Found]:
    """The rows of a CSV file. Raises InvalidTable for one that is unusable as a whole."""
    check_file(path)
    records = ((n, [csv_cell_read(cell) for cell in cells]) for n, cells in csv_records(path))
    table = find_header(path, records)
    if absent := _absent(table):
        raise unusable(path, absent)
    yield from _scan(path.name, table, {}, {})


def scan_workbook_labels(path: Path) -> Iterator[Found]:
    """The rows of every sheet that has the label columns; the others are named.

    Raises InvalidTable for a workbook unusable as a whole.
    """
    check_file(path)
    passed_over: list[tuple[Sheet, str]] = []
    labelled = 0
    for number, sheet in enumerate(read_sheets(path)):
        try:
            table = find_header(path, enumerate(sheet.cells, start=1))
        except NoHeader as error:
            passed_over.append((sheet, error.mistakes[0]))
            continue
        if absent := _absent(table):
            passed_over.append((sheet, absent))
            continue
        labelled += 1
        file = f"{path.name} 工作表“{sheet.name}”" if number else path.name
        yield from _scan(file, table, _inside_merged(sheet), formula_cells(path, sheet.name))
    if not labelled:
        raise unusable(path, passed_over[0][1])
    for sheet, reason in passed_over:
        if sheet.visible and any(map(trimmed, sheet.cells)):
            yield Notice(path.name, f"没有读工作表“{sheet.name}”：{reason}")


def _inside_merged(sheet: Sheet) -> dict[int, set[int]]:
    """Row, counted from 1 → its cells under merged ones, the first cell of each range left out."""
    inside: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in sheet.merged:
        for row in range(top, bottom + 1):
            hidden = range(left if row > top else left + 1, right + 1)
            inside.setdefault(row + 1, set()).update(hidden)
    return inside


def _absent(table: Table) -> str:
    """Which label columns are not there, or nothing."""
    absent = [column for column in LABEL_COLUMNS if column not in table.columns]
    return f"缺少列 {'、'.join(absent)}，请补上标签列" if absent else ""


def _scan(
    file: str, table: Table, merged: dict[int, set[int]], formulas: dict[int, set[Cell]]
) -> Iterator[Found]:
    for oddity in table.oddities:
        yield Notice(file, oddity)
    unused = [column for column in table.columns if column not in COLUMNS]
    if unused:
        yield Notice(file, f"没有用到的列：{'、'.join(name[:20] for name in unused)}")
    counts: Counter[str] = Counter()
    for number, cells in table.records:
        place = f"第 {number} 行"
        mistakes = [
            *_hidden(file, place, table.columns, merged.get(number, set())),
            *_empty_formulas(file, place, table.columns, cells, formulas.get(number, set())),
        ]
        row = cells_row(number, table.columns, cells)
        if isinstance(row, BadRow):
            mistakes.append(Mistake("content", file, place, "", row.mistake))
        if mistakes or isinstance(row, BadRow):
            yield from mistakes
            continue
        _count_oddities(row, table.columns, cells, formulas.get(number, set()), counts)
        if _SCIENTIFIC.fullmatch(str(row.values.get("clue_id", ""))):
            said = "编号成了科学计数，原编号已丢失，请从来源系统重新导出并设为文本格式"
            yield Mistake("identifier", file, place, "clue_id", said)
            continue
        yield Entry(file, place, row.values)
    for message, count in counts.items():
        yield Notice(file, message.format(count=count))


def _hidden(file: str, place: str, columns: list[str], cells: set[int]) -> list[Mistake]:
    """Cells of columns that are read, which lie under a merged one."""
    used = [columns[cell] for cell in sorted(cells) if cell < len(columns)]
    return [Mistake("content", file, place, name, _MERGED) for name in used if name in COLUMNS]


def _empty_formulas(
    file: str, place: str, columns: list[str], cells: list[object], formulas: set[Cell]
) -> list[Mistake]:
    said = "是公式而没有保存结果，请复制后选“粘贴为数值”"
    empty = (n for n in sorted(formulas) if n < len(columns) and not _at(cells, n))
    return [
        Mistake("content", file, place, columns[n], said) for n in empty if columns[n] in COLUMNS
    ]


def _count_oddities(
    row: Row, columns: list[str], cells: list[object], formulas: set[Cell], counts: Counter[str]
) -> None:
    """Count what was mended or may have been lost, by the sentence that tells it."""
    for n in formulas:
        if n < len(columns) and columns[n] in COLUMNS:
            counts[f"{columns[n]} 列有 {{count}} 行是公式，按保存的结果读取"] += 1
    for column in ("submitted_at", "labelled_at"):
        if is_day_number(row.values.get(column, "")):
            counts[f"{column} 列有 {{count}} 行日期写成了数字（如 45123），已换算"] += 1
    if "clue_id" in columns and isinstance(_at(cells, columns.index("clue_id")), float):
        counts["clue_id 列有 {count} 行是数字格式，开头的零若有则已丢失，请核对"] += 1


def _at(cells: list[object], place: int) -> object:
    return cells[place] if place < len(cells) else None
