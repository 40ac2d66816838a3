"""Files of clues: JSON Lines, CSV and Excel, read row by row with numbers that staff can find."""

from collections.abc import Callable, Iterator
from pathlib import Path

from model.errors import InvalidTable
from model.os_causes import cause
from model.table_readers import scan_csv, scan_jsonl, scan_xlsx
from model.table_rows import TEXT_COLUMN, BadRow, Row, unusable

__all__ = ["MAX_FILE_BYTES", "TEXT_COLUMN", "BadRow", "Row", "check_file", "read_rows", "scan_rows"]

MAX_FILE_BYTES = 200 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_rows(path: Path) -> list[Row]:
    """All rows of a .jsonl, .csv or .xlsx file, in order; blank rows are passed over.

    Raises InvalidTable with every bad row at once.
    """
    rows: list[Row] = []
    mistakes: list[str] = []
    for row in scan_rows(path):
        if isinstance(row, Row):
            rows.append(row)
        else:
            mistakes.append(f"第 {row.number} 行：{row.mistake}")
    if mistakes:
        raise InvalidTable(path.name, mistakes)
    return rows


def scan_rows(path: Path) -> Iterator[Row | BadRow]:
    """The rows of a file one after the other, bad ones marked as such.

    Raises InvalidTable, at the latest at the end, for what makes the file as a whole unusable:
    its type, encoding, header or size, or that it holds no row.
    """
    _check_there(path)
    scan = _READERS.get(path.suffix.lower())
    if scan is None:
        raise unusable(path, f"不认识的文件类型“{path.suffix}”，请用 .jsonl、.csv 或 .xlsx")
    check_file(path)
    empty = True
    for row in scan(path):
        empty = False
        yield row
    if empty:
        raise unusable(path, "文件里没有一行数据，请确认选对了文件")


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise unusable(path, "是文件夹，请给出里面的文件")
    if not path.exists():
        raise unusable(path, "无法打开（找不到这个文件），请检查路径")


def check_file(path: Path) -> None:
    """Raises InvalidTable for what shows before reading: no access, size, a wrong extension."""
    _check_there(path)
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise unusable(path, f"无法打开（{cause(error)}），请检查路径和权限") from error
    if size > MAX_FILE_BYTES:
        raise unusable(path, f"超过 {MAX_FILE_BYTES // 1024**2} MB，请分成几个文件")
    mistake = _disguise(path.suffix.lower(), start)
    if mistake:
        raise unusable(path, mistake)


def _disguise(suffix: str, start: bytes) -> str | None:
    """What is wrong when a file's first bytes contradict its extension."""
    visible = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    excel = start.startswith(_ZIP)
    checks = (
        (not visible, "文件是空的，请确认选对了文件"),
        (start.startswith(_OLE), "是旧版 .xls 或加了密码的工作簿，请去掉密码并另存为 .xlsx"),
        (excel and suffix != ".xlsx", "内容是 Excel 工作簿，请把扩展名改为 .xlsx"),
        (not excel and suffix == ".xlsx", "内容不是 Excel 工作簿，请按实际内容改扩展名"),
        (start.startswith((b"\xff\xfe", b"\xfe\xff")), "编码是 UTF-16，请另存为 UTF-8"),
        (suffix == ".csv" and visible[:1] == b"{", "内容像 JSONL，请把扩展名改为 .jsonl"),
        (suffix == ".json" and visible[:1] != b"[", "不是 JSON 数组；每行一个对象的请用 .jsonl"),
        (suffix == ".jsonl" and visible[:1] == b"[", "内容是 JSON 数组，请改为每行一个 JSON 对象"),
        (suffix == ".jsonl" and _is_header(visible), "内容像 CSV，请把扩展名改为 .csv"),
    )
    return next((mistake for wrong, mistake in checks if wrong), None)


def _is_header(start: bytes) -> bool:
    names = start.partition(b"\n")[0].replace(b'"', b"").split(b",")
    return TEXT_COLUMN.encode() in (name.strip() for name in names)


_READERS: dict[str, Callable[[Path], Iterator[Row | BadRow]]] = {
    ".jsonl": scan_jsonl,
    ".csv": scan_csv,
    ".xlsx": scan_xlsx,
}
