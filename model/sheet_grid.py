"""How large a grid the cells of a workbook span, told before a reader builds it in memory."""

import re
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

MAX_COLUMNS = 1_000
"""A list of clues has some tens of columns; a table by day of the year has 366."""

MAX_CELLS = 10_000_000
"""Half a million clues in 20 columns. An empty cell takes some 40 bytes, so 400 MB at most."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
_ROW = re.compile("[0-9]{1,7}")
_PIECE = 1024**2


class GridTooLarge(Exception):
    """Cells with content so far apart that what lies between would fill the memory."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self.columns = columns
        self.rows = rows


class BrokenPart(Exception):
    """XML that is not well-formed, or a cell at no place."""


def check_grid(part: IO[bytes]) -> None:
    """Read one part of a workbook piece by piece; parts without cells pass.

    Raises GridTooLarge, BrokenPart.
    """
    seen = _Seen()
    parser = expat.ParserCreate()
    parser.StartElementHandler = seen.element
    try:
        while piece := part.read(_PIECE):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if seen.any:  # else it is a picture or the like
            raise BrokenPart from error


@dataclass(slots=True)
class _Seen:
    """Where the parser is, and how far the cells reach from A1 (ECMA-376 part 1, 18.3.1.4)."""

    any: bool = False
    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0

    def element(self, name: str, attributes: dict[str, str]) -> None:
        self.any = True
        match name.rpartition(":")[2]:
            case "row":
                self._row(attributes.get("r"))
            case "c":
                self._cell(attributes.get("r"))
            case "v" | "is":  # a cell with colour alone takes no room in what is read
                self._content()

    def _row(self, number: str | None) -> None:
        if number is None:
            self.row += 1
        elif _ROW.fullmatch(number):
            self.row = int(number)
        else:
            raise BrokenPart
        self.column = 0

    def _cell(self, place: str | None) -> None:
        if place is None:
            self.column += 1
        elif found := _PLACE.fullmatch(place):
            self.row, self.column = int(found[2]), column_number(found[1])
        else:
            raise BrokenPart

    def _content(self) -> None:
        self.rows = max(self.rows, self.row)
        self.columns = max(self.columns, self.column)
        if self.columns > MAX_COLUMNS or self.rows * self.columns > MAX_CELLS:
            raise GridTooLarge(self.columns, self.rows)


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
