"""A workbook to label in: labels chosen from lists, heading fixed, nothing that Excel would run."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from model.table_writers import inert_cell
from model.taxonomy import Taxonomy
from training.axes import Axes
from training.labelled_clue import LABEL_COLUMNS

_LISTS = "标签"
_WIDTHS = {"text": 60, "title": 24, "note": 30, "理由": 40}
_LABELS = ("module", "secondary_modules", "urgency", "function")
_FIRST = ("clue_id", "title", "text", "location", "submitted_at", *_LABELS)
_EXCEL_ROWS = 1_048_576


def write_workbook(
    path: Path,
    rows: Sequence[tuple[Mapping[str, object], Mapping[str, object]]],
    taxonomy: Taxonomy,
) -> None:
    """Each row with the columns beside it; label columns are always there, in Chinese names."""
    names = Axes(taxonomy).names
    used = {column for row, _ in rows for column in row} | set(_LABELS) | {"labeller"}
    columns = [column for column in _FIRST if column in used]
    columns += [c for c in dict.fromkeys(c for row, _ in rows for c in row) if c not in columns]
    columns += ["labeller"] if "labeller" not in columns else []
    beside = list(dict.fromkeys(column for _, extra in rows for column in extra))
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("clues")
    sheet.freeze_panes = "B2"
    for place, column in enumerate([*columns, *beside], start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 16)
    _offer_lists(sheet, columns, names)
    sheet.append([inert_cell(sheet, column) for column in [*columns, *beside]])
    for row, extra in rows:
        cells = [_shown(column, row.get(column), names) for column in columns]
        cells += [extra.get(column) for column in beside]
        sheet.append([inert_cell(sheet, cell) for cell in cells])
    lists = workbook.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    longest = max(len(names[head]) for head in LABEL_COLUMNS)
    for place in range(longest):
        labels = (list(names[head].values()) for head in LABEL_COLUMNS)
        lists.append([inert_cell(lists, n[place] if place < len(n) else None) for n in labels])
    workbook.save(path)


def _shown(column: str, value: object, names: Mapping[str, Mapping[str, str]]) -> object:
    if column == "secondary_modules" and isinstance(value, list):
        return "；".join(names["module"][code] for code in value)
    return names[column][str(value)] if column in LABEL_COLUMNS and value else value


def _offer_lists(
    sheet: WriteOnlyWorksheet, columns: Sequence[str], names: Mapping[str, Mapping[str, str]]
) -> None:
    for place, head in enumerate(LABEL_COLUMNS):
        letter = get_column_letter(place + 1)
        offered = DataValidation(
            type="list",
            formula1=f"{_LISTS}!${letter}$1:${letter}${len(names[head])}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="标签不对",
            error="请从下拉列表中选择",
        )
        column = get_column_letter(columns.index(head) + 1)
        offered.add(f"{column}2:{column}{_EXCEL_ROWS}")
        # openpyxl's stubs do not know that a sheet written row by row has them too.
        sheet.data_validations.append(offered)  # type: ignore[attr-defined]
