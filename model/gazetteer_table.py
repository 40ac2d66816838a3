"""The gazetteer's hand-kept CSV files: read, checked, every mistake reported at once."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from model.errors import InvalidConfiguration
from model.gazetteer_rows import (
    CONTEXTS,
    KINDS,
    LEVELS,
    PROCURATORATES,
    SILENT_KINDS,
    AgencyRow,
    NameRow,
)

AGENCIES_FILE = "agencies.csv"

_NAME_COLUMNS = (
    "name", "aliases", "kind", "procuratorate", "also", "valid_from", "valid_until",
    "needs_context", "outside_with", "source", "note",
)  # fmt: skip
_AGENCY_COLUMNS = ("suffix", "kind", "levels", "branches", "source", "note")


def parse_tables(source: str, tables: Mapping[str, bytes]) -> tuple[list[NameRow], list[AgencyRow]]:
    """Read CSV files given by name; ``agencies.csv`` holds agencies, all others hold names.

    Raises InvalidConfiguration, which names ``source``, with every mistake of every file.
    """
    mistakes: list[str] = []
    names: list[NameRow] = []
    agencies: list[AgencyRow] = []
    if not tables:
        raise InvalidConfiguration(source, ["目录中没有地名表（*.csv），请检查路径"])
    for file, content in sorted(tables.items()):
        is_agencies = file == AGENCIES_FILE
        columns = _AGENCY_COLUMNS if is_agencies else _NAME_COLUMNS
        for line, cells in _records(file, content, columns, mistakes):
            row = _Cells(file, line, cells, mistakes)
            if is_agencies:
                agencies.append(_agency_row(row))
            else:
                names.append(_name_row(row))
    _check_repeats(names, mistakes)
    if mistakes:
        raise InvalidConfiguration(source, mistakes)
    return names, agencies


def _records(
    file: str, content: bytes, columns: tuple[str, ...], mistakes: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line in the file, cells by column) of every row that is not blank."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        mistakes.append(f"{file}：不是 UTF-8 编码，请在 Excel 中另存为“CSV UTF-8”")
        return
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [cell.strip() for cell in next(reader, [])]
    if absent := [column for column in columns if column not in header]:
        mistakes.append(f"{file} 第 1 行：缺少列 {'、'.join(absent)}，请补上表头")
        return
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            mistakes.append(
                f"{file} 第 {reader.line_num} 行："
                f"有 {len(cells)} 格，表头有 {len(header)} 列，请检查多余或缺少的逗号"
            )
            continue
        yield reader.line_num, dict(zip(header, (cell.strip() for cell in cells), strict=True))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of one row; reading a bad one notes the mistake and gives a neutral value."""

    file: str
    line: int
    cells: dict[str, str]
    mistakes: list[str]

    def mistake(self, column: str, message: str) -> None:
        self.mistakes.append(f"{self.file} 第 {self.line} 行 {column} 列：{message}")

    def many(self, column: str) -> tuple[str, ...]:
        parts = self.cells[column].replace("|", "｜").split("｜")
        return tuple(part.strip() for part in parts if part.strip())

    def name(self, column: str) -> str:
        value = self.cells[column]
        if len(value) < 2:
            self.mistake(column, "名称至少两个字")
        return value

    def code(self, column: str, allowed: frozenset[str]) -> str:
        return self._allowed(column, self.cells[column], allowed)

    def codes(self, column: str, allowed: frozenset[str]) -> tuple[str, ...]:
        return tuple(self._allowed(column, value, allowed) for value in self.many(column))

    def day(self, column: str) -> date | None:
        value = self.cells[column]
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.mistake(column, f"“{value}”不是日期，请写成 2022-09-08 的样子")
            return None

    def _allowed(self, column: str, value: str, allowed: frozenset[str]) -> str:
        if value not in allowed:
            choices = "、".join(sorted(choice or "（空）" for choice in allowed))
            self.mistake(column, f"“{value}”不可用，可用的有 {choices}")
        return value


def _name_row(row: _Cells) -> NameRow:
    kind = row.code("kind", KINDS | SILENT_KINDS)
    silent = kind in SILENT_KINDS
    allowed = frozenset({""}) if silent else PROCURATORATES
    entry = NameRow(
        name=row.name("name"),
        aliases=row.many("aliases"),
        kind=kind,
        procuratorate=row.code("procuratorate", allowed),
        also=row.codes("also", PROCURATORATES),
        valid_from=row.day("valid_from"),
        valid_until=row.day("valid_until"),
        needs_context=row.code("needs_context", CONTEXTS),
        outside_with=row.many("outside_with"),
    )
    if any(len(alias) < 2 for alias in entry.aliases):
        row.mistake("aliases", "别名至少两个字")
    if entry.procuratorate in entry.also:
        row.mistake("also", f"与 procuratorate 列重复：{entry.procuratorate}")
    if entry.valid_from and entry.valid_until and entry.valid_from > entry.valid_until:
        row.mistake("valid_until", "早于 valid_from")
    return entry


def _agency_row(row: _Cells) -> AgencyRow:
    if not row.cells["suffix"]:
        row.mistake("suffix", "不能为空")
    return AgencyRow(
        suffix=row.cells["suffix"],
        kind=row.code("kind", KINDS),
        levels=frozenset(row.codes("levels", LEVELS)),
        branches=row.code("branches", frozenset({"", "是"})) == "是",
    )


def _check_repeats(names: list[NameRow], mistakes: list[str]) -> None:
    """A name may stand for several places, but not twice for the same one at one time."""
    seen: dict[tuple[str, str], list[NameRow]] = {}
    for row in names:
        earlier = seen.setdefault((row.name, row.procuratorate), [])
        if any(_overlap(row, other) for other in earlier):
            mistakes.append(f"“{row.name}”（{row.procuratorate or row.kind}）重复，请合并为一行")
        earlier.append(row)


def _overlap(one: NameRow, other: NameRow) -> bool:
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_until or date.max, other.valid_until or date.max)
    return starts <= ends
