"""Writing files of clues: JSON Lines that survive a crash, and Excel that never runs a formula."""

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from model.errors import InvalidTable
from model.table_rows import EXCEL_EXACT

EXCEL_CELL_LENGTH = 32_767
"""Characters of one Excel cell at most; the rest of a longer value is cut off."""

EXCEL_COLUMNS = 16_384
EXCEL_ROWS = 1_048_576

# XML cannot hold these; Excel writes them as _x0001_ (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
# A literal _x0001_ is kept apart from them by escaping its underscore.
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class JsonlAppender:
    """Appends one JSON object a line; ``append`` ends when the operating system has the line.

    Opening drops a torn last line, so a file is continued exactly after its last complete row.
    """

    def __init__(self, path: Path) -> None:
        drop_torn_line(path)
        self._file = path.open("ab")

    def append(self, values: Mapping[str, object]) -> None:
        self._file.write(_json_line(values))
        self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def drop_torn_line(path: Path) -> None:
    """Cut off what follows the last line feed of a file, if there is a file."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65_536)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            if newline >= 0:
                end = start + newline + 1
                break
            end = start
        file.truncate(end)


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows to a .jsonl or .xlsx file, replacing it at once or not at all.

    Raises InvalidTable for another extension, and for more than one Excel sheet holds.
    """
    writer = {".jsonl": write_jsonl, ".xlsx": _write_xlsx}.get(path.suffix.lower())
    if writer is None:
        mistake = f"不能写“{path.suffix}”文件，请用 .jsonl 或 .xlsx"
        raise InvalidTable(path.name, [mistake])
    if writer is _write_xlsx:
        _check_fits(path, rows)
    write_together({path: lambda scratch: writer(scratch, rows)})


def write_together(writers: Mapping[Path, Callable[[Path], None]]) -> None:
    """Write files beside their places and put them there when all are complete, in order.

    When one cannot be written none is replaced.
    """
    scratch = {path: path.with_name(f".{path.name}.writing") for path in writers}
    try:
        for path, write in writers.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(scratch[path])
        for path, written in scratch.items():
            written.replace(path)
    finally:
        for written in scratch.values():
            written.unlink(missing_ok=True)


def write_jsonl(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """One JSON object a line, in UTF-8."""
    with path.open("wb") as file:
        file.writelines(map(_json_line, rows))


def _json_line(values: Mapping[str, object]) -> bytes:
    return (json.dumps(values, ensure_ascii=False) + "\n").encode()


def _columns(rows: Iterable[Mapping[str, object]]) -> list[str]:
    """In order of first appearance."""
    return list(dict.fromkeys(column for row in rows for column in row))


def _check_fits(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    columns, height = len(_columns(rows)), len(rows) + 1
    if columns > EXCEL_COLUMNS or height > EXCEL_ROWS:
        mistake = (
            f"结果有 {height} 行、{columns} 列，Excel 最多 {EXCEL_ROWS} 行、{EXCEL_COLUMNS} 列；"
            "请改用 .jsonl，或删去多余的列"
        )
        raise InvalidTable(path.name, [mistake])


def _write_xlsx(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    columns = _columns(rows)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("clues")
    sheet.freeze_panes = "A2"
    sheet.append([inert_cell(sheet, column) for column in columns])
    for row in rows:
        sheet.append([inert_cell(sheet, row.get(column)) for column in columns])
    workbook.save(path)


def inert_cell(sheet: WriteOnlyWorksheet, value: object) -> Cell:
    """A cell that Excel shows and never runs; lists and objects become JSON text."""
    if value is None or (isinstance(value, bool | int | float) and abs(value) < EXCEL_EXACT):
        return WriteOnlyCell(sheet, value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    written = WriteOnlyCell(sheet, _ESCAPED.sub(_escape, text)[:EXCEL_CELL_LENGTH])
    written.data_type = "s"  # openpyxl would make a formula of “=…”
    written.number_format = "@"  # Excel would make a number of an id on the next edit
    written.quotePrefix = text.startswith(FORMULA_STARTS)
    return written


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):04X}_"
