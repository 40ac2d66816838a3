"""Which cells of a workbook are formulas: the reader of values does not tell."""

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import unescape

from model.sheet_grid import column_number

Cell = int
"""A column, counted from 0."""

_SHEET = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?r:id="([^"]+)"')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]+)(\d+)"[^>]*>\s*<(?:\w+:)?f[\s>/]')


def formula_cells(path: Path) -> dict[int, set[Cell]]:
    """Row, counted from 1 → its columns that hold formulas, of the first sheet (ECMA-376 18.3.1).

    Reads what ``read_sheet`` has opened and measured before.
    """
    with zipfile.ZipFile(path) as archive:
        name = _first_sheet(archive)
        content = archive.read(name) if name in archive.namelist() else b""
    found: dict[int, set[Cell]] = {}
    for letters, number in _FORMULA.findall(content):
        found.setdefault(int(number), set()).add(column_number(letters.decode()) - 1)
    return found


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The part that holds the first sheet, by the workbook's relations."""
    try:
        workbook = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return ""
    sheet = _SHEET.search(workbook)
    for relation in _RELATION.findall(relations):
        attributes = dict(_ATTRIBUTE.findall(relation))
        if sheet and attributes.get(b"Id") == sheet[1]:
            target = unescape(attributes.get(b"Target", b"").decode())
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""
