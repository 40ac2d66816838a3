"""Which cells of a workbook are formulas: the reader of values does not tell."""

import re
import zipfile
from html import unescape
from pathlib import Path

from model.sheet_grid import column_number

Cell = int
"""A column, counted from 0."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?f[\s>/]')


def formula_cells(path: Path, sheet: str) -> dict[int, set[Cell]]:
    """Row, counted from 1 → its columns that hold formulas, of one sheet (ECMA-376 18.3.1).

    Reads what ``read_sheets`` has opened and measured before.
    """
    with zipfile.ZipFile(path) as archive:
        name = _part_of(archive, sheet)
        content = archive.read(name) if name in archive.namelist() else b""
    found: dict[int, set[Cell]] = {}
    for letters, number in _FORMULA.findall(content):
        found.setdefault(int(number), set()).add(column_number(letters.decode()) - 1)
    return found


def _part_of(archive: zipfile.ZipFile, name: str) -> str:
    """The part that holds a sheet, by the workbook's relations."""
    try:
        workbook = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return ""
    sheets = map(_attributes, _SHEET.findall(workbook))
    relation = next((sheet.get("id") for sheet in sheets if sheet.get("name") == name), None)
    for attributes in map(_attributes, _RELATION.findall(relations)):
        if relation and attributes.get("Id") == relation:
            target = attributes.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _attributes(element: bytes) -> dict[str, str]:
    """Their local names, so that ``r:id`` is ``id``, and what they hold."""
    return {name.decode(): unescape(value.decode()) for name, value in _ATTRIBUTE.findall(element)}
