"""Readers of JSON Lines, CSV and Excel files of clues, one row after the other."""

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pydantic_core
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from model.sheet_grid import (
    MAX_CELLS,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    BrokenPart,
    GridTooLarge,
    SharedTexts,
    check_grid,
)
from model.table_rows import TEXT_COLUMN, BadRow, Row, row_of, tabulate, trimmed, unusable

_MAX_UNPACKED_BYTES = 1024**3
_PIECE = 1024**2
_ENCRYPTED = 1
_DAMAGED = (
    BrokenPart, CalamineError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError,
    OSError,
)  # fmt: skip


def scan_jsonl(path: Path) -> Iterator[Row | BadRow]:
    """Rows of UTF-8 JSON Lines, with or without BOM."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if content := content.strip():
                yield _json_row(number, content)


def _json_row(number: int, line: bytes) -> Row | BadRow:
    try:
        content = pydantic_core.from_json(line, allow_inf_nan=False)
    except ValueError as error:
        return BadRow(number, _json_mistake(line, str(error)))
    if not isinstance(content, dict):
        return BadRow(number, "不是 JSON 对象，请写成 {…} 的形式")
    return row_of(number, content)


def _json_mistake(line: bytes, error: str) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "含有无效的 UTF-8 字节，请把文件另存为 UTF-8"
    if "EOF" in error:
        return "JSON 不完整（可能写到一半），请补全或删去这一行"
    if "recursion" in error:
        return "JSON 嵌套过深，请改为一层"
    if "escape" in error:
        return "含有不成对的代理码位或无效的转义，请重新导出"
    column = error.rpartition("column ")[2]
    return f"第 {column} 个字节处不是有效的 JSON，请改正"


def scan_csv(path: Path) -> Iterator[Row | BadRow]:
    """Rows of a CSV file in UTF-8 or GB18030, header first."""
    return tabulate(path, csv_records(path))


def csv_records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Records and the line on which each begins; the file is read piece by piece.

    Tabs or semicolons part the cells where the first line has them and no comma.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        records = csv.reader(file, strict=True, delimiter=_delimiter(path, encoding))
        while True:
            number = records.line_num + 1
            try:
                yield number, next(records)
            except StopIteration:
                return
            except csv.Error as error:
                too_long = "field limit" in str(error)
                mistake = "有一格过长" if too_long else "引号不成对，或引号后缺逗号"
                advice = f"第 {number} 行：{mistake}，请检查这一格的英文双引号"
                raise unusable(path, advice) from error


def _delimiter(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding) as file:
        first = next((line for line in file if line.strip()), "")
    return next((sign for sign in ",\t;" if sign in first), ",")


def _encoding(path: Path) -> str:
    """UTF-8 with or without BOM, else GB18030. Raises InvalidTable when it is neither."""
    broken_line = _first_undecodable_line(path, "utf-8")
    if broken_line is None:
        return "utf-8-sig"
    # A UTF-8 file with a few broken bytes may well decode as GB18030, into nonsense.
    broken = wide = 0
    for piece in _decoded(path, "utf-8", "replace"):
        broken += piece.count("\ufffd")
        wide += len(piece) - len(piece.encode("ascii", errors="ignore"))
    if broken * 2 > wide and _first_undecodable_line(path, "gb18030") is None:
        return "gb18030"
    mistake = f"第 {broken_line} 行：含有无效的 UTF-8 字节，请把文件另存为“CSV UTF-8”"
    raise unusable(path, mistake)


def _first_undecodable_line(path: Path, encoding: str) -> int | None:
    line = 1
    try:
        for piece in _decoded(path, encoding, "strict"):
            line += piece.count("\n")
    except UnicodeDecodeError as error:
        return line + error.object.count(b"\n", 0, error.start)
    return None


def _decoded(path: Path, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet from A1 on, and its merged ranges ((row, column), (row, column)), both
    ends included, counted from 0; they end where the cells do."""

    name: str
    visible: bool
    cells: Sequence[Sequence[object]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]


def scan_xlsx(path: Path) -> Iterator[Row | BadRow]:
    """Rows of the first sheet of a workbook, header first.

    Raises InvalidTable where another sheet has a column of texts: its rows would be lost unseen.
    """
    sheets = read_sheets(path)
    first = next(sheets)
    others = [f"“{sheet.name}”" for sheet in sheets if sheet.visible and _names_texts(sheet)]
    if others:
        mistake = f"只读第一个工作表，而工作表{'、'.join(others)}也有 {TEXT_COLUMN} 列"
        raise unusable(path, f"{mistake}；请并成一张，或各存为一个文件")
    return tabulate(path, enumerate(first.cells, start=1))


def _names_texts(sheet: Sheet) -> bool:
    header = next(filter(None, map(trimmed, sheet.cells)), [])
    return TEXT_COLUMN in (str(cell).strip() for cell in header)


def read_sheets(path: Path) -> Iterator[Sheet]:
    """The sheets of a workbook, one held at a time; there is at least one.

    Raises InvalidTable for a workbook that cannot be opened.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(path, archive)
        with CalamineWorkbook.from_path(path) as workbook:
            tables = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            if not tables:
                raise BrokenPart
            for table in tables:
                visible = table.visible == SheetVisibleEnum.Visible
                yield _sheet(workbook.get_sheet_by_name(table.name), visible)
    except PasswordError as error:
        raise unusable(path, "工作簿加了密码，请去掉密码后重试") from error
    except _DAMAGED as error:
        raise unusable(path, "工作簿已损坏或没有工作表，请用 Excel 打开后另存为 .xlsx") from error


def _sheet(sheet: CalamineSheet, visible: bool) -> Sheet:
    cells = sheet.to_python(skip_empty_area=False)
    last_row, last_column = len(cells) - 1, len(cells[0]) - 1 if cells else -1
    merged = [
        (start, (min(row, last_row), min(column, last_column)))
        for start, (row, column) in sheet.merged_cell_ranges or []
    ]
    return Sheet(sheet.name, visible, cells, merged)


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    """Before anything is read: calamine gives every cell between the first and the last its room
    as soon as it opens a sheet. Every part is looked at, whichever will be taken for the sheet.
    """
    parts = archive.infolist()
    shared = SharedTexts()
    if sum(part.file_size for part in parts) > _MAX_UNPACKED_BYTES:
        raise unusable(path, "工作簿解压后过大，请分成几个文件")
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise zipfile.BadZipFile
        try:
            with archive.open(part) as content:
                check_grid(content, shared)
        except BrokenPart:
            if not part.filename.endswith(".vml"):  # drawings, in what Excel takes for XML
                raise
        except GridTooLarge as error:
            mistake = (
                f"有内容的单元格远到第 {error.rows} 行、第 {error.columns} 列，超过 "
                f"{MAX_COLUMNS} 列或 {MAX_CELLS // 10_000} 万格；"
                "请删去远处多余的内容，只留线索所在的表"
            )
            raise unusable(path, mistake) from None
    if shared.characters() > MAX_CHARACTERS:
        raise unusable(path, f"各格文字合计超过 {MAX_CHARACTERS // 10_000} 万字，请分成几个文件")
