"""Clues that nobody has labelled yet, from a file or from what the service has answered."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from model.clue import Clue
from model.errors import InvalidTable
from model.table_readers import csv_records, read_sheets, scan_jsonl
from model.table_rows import BadRow, Row, cells_row
from model.tables import check_file
from training.exchange.columns import canonical_values
from training.exchange.csv_cells import csv_cell_read
from training.exchange.header import NoHeader, Table, find_header
from training.exchange.masking import mask_clue
from training.exchange.merge import same_text
from training.exchange.service_in import service_rows
from training.labelled_clue import CLUE_COLUMNS
from training.moments import UnclearMoment, read_moment


def read_unlabelled(path: Path) -> list[Clue]:
    """Clues of a .jsonl, .csv or .xlsx file, masked; labels in it are not looked at.

    Raises InvalidTable with every bad row.
    """
    check_file(path)
    clues, mistakes = [], []
    for number, values in _rows(path):
        try:
            clues.append(_clue(values))
        except ValidationError as error:
            columns = "、".join(sorted({str(e["loc"][0]) for e in error.errors()}))
            mistakes.append(f"第 {number} 行 {columns} 列：内容为空、过长或不合要求，请改正")
        except UnclearMoment as error:
            mistakes.append(f"第 {number} 行 submitted_at 列：{error}")
    if mistakes:
        raise InvalidTable(path.name, mistakes)
    return _once(clues)


def answered_clues(address: str) -> list[Clue]:
    """Clues that the service answered and no reviewer has decided; masked by the service.

    Raises ServiceUnavailable.
    """
    decided = {row["clue_id"] for row in service_rows(address, "labelled_clues")}
    rows = (row for row in service_rows(address, "answers") if row["clue_id"] not in decided)
    return _once([_clue(row) for row in rows])


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    for row in scan_jsonl(path) if path.suffix.lower() == ".jsonl" else _table_rows(path):
        if isinstance(row, BadRow):
            raise InvalidTable(path.name, [f"第 {row.number} 行：{row.mistake}"])
        yield row.number, canonical_values(row.values)


def _table_rows(path: Path) -> Iterator[Row | BadRow]:
    for table in _tables(path):
        for number, cells in table.records:
            yield cells_row(number, table.columns, cells)


def _tables(path: Path) -> Iterator[Table]:
    """Of a workbook every sheet that names a column of texts."""
    if path.suffix.lower() == ".csv":
        yield find_header(
            path, ((n, [csv_cell_read(c) for c in cells]) for n, cells in csv_records(path))
        )
        return
    fault: NoHeader | None = None
    found = False
    for sheet in read_sheets(path):
        try:
            yield find_header(path, enumerate(sheet.cells, start=1))
            found = True
        except NoHeader as error:
            fault = fault or error
    if fault and not found:
        raise fault


def _clue(values: dict[str, object]) -> Clue:
    content = {key: values[key] for key in CLUE_COLUMNS if values.get(key) not in (None, "")}
    if "submitted_at" in content:
        content["submitted_at"] = read_moment(content["submitted_at"])
    return mask_clue(Clue.model_validate(content))


def _once(clues: list[Clue]) -> list[Clue]:
    """The first of those with the same text."""
    return list({same_text(clue.text): clue for clue in reversed(clues)}.values())[::-1]
