"""How large a workbook is once read: the grid that its cells span and the texts in them, told
before a reader builds them in memory."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO
from xml.parsers import expat

MAX_COLUMNS = 1_000
"""A list of clues has some tens of columns; a table by day of the year has 366."""

MAX_CELLS = 10_000_000
"""Half a million clues in 20 columns. An empty cell takes some 40 bytes, so 400 MB at most."""

MAX_CHARACTERS = 200_000_000
"""Half a million clues of 400 characters. Read, a Chinese one takes five bytes, so 1 GB at most."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE)
_ROW = re.compile("[0-9]{1,7}")
_POINTER = re.compile(r"\s*[0-9]{1,10}\s*")
_LONGEST_POINTER = 100
_PIECE = 1024**2


class GridTooLarge(Exception):
    """Cells with content so far apart that what lies between would fill the memory."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self.columns = columns
        self.rows = rows


class BrokenPart(Exception):
    """XML that is not well-formed, or a cell at no place."""


@dataclass(slots=True)
class SharedTexts:
    """Texts that stand once in a workbook, cells pointing at them (ECMA-376 part 1, 18.4).

    The file is small however long they are; read, every cell has a copy of its own.
    """

    lengths: list[int] = field(default_factory=list)
    cells: Counter[int] = field(default_factory=Counter)

    def characters(self) -> int:
        """In all cells together. A cell that points at no text has none."""
        return sum(
            self.lengths[text] * count
            for text, count in self.cells.items()
            if text < len(self.lengths)
        )


def check_grid(part: IO[bytes], shared: SharedTexts) -> None:
    """Read one part of a workbook piece by piece; parts without cells pass.

    Adds to ``shared`` what the part has of it. Raises GridTooLarge, BrokenPart.
    """
    seen = _Seen(shared.cells)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = seen.element
    parser.EndElementHandler = seen.end
    parser.CharacterDataHandler = seen.characters
    try:
        while piece := part.read(_PIECE):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        if seen.any:  # else it is a picture or the like
            raise BrokenPart from error
    # Whichever of several parts will be taken for the table of texts.
    longest = zip_longest(shared.lengths, seen.lengths, fillvalue=0)
    shared.lengths = [max(lengths) for lengths in longest]


@dataclass(slots=True)
class _Seen:
    """Where the parser is, and how far the cells reach from A1 (ECMA-376 part 1, 18.3.1.4)."""

    shared: Counter[int]
    any: bool = False
    row: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0
    lengths: list[int] = field(default_factory=list)
    in_text: bool = False
    points: bool = False
    pointer: str | None = None

    def element(self, name: str, attributes: dict[str, str]) -> None:
        self.any = True
        match name.rpartition(":")[2]:
            case "row":
                self._row(attributes.get("r"))
            case "c":
                self._cell(attributes.get("r"))
                self.points = attributes.get("t") == "s"
            case "v" | "is":  # a cell with colour alone takes no room in what is read
                self._content()
                self.pointer = "" if self.points else None
            case "si":
                self.lengths.append(0)
                self.in_text = True

    def characters(self, data: str) -> None:
        if self.in_text:
            self.lengths[-1] += len(data)
        elif self.pointer is not None:
            self.pointer = (self.pointer + data)[:_LONGEST_POINTER]  # not all of a huge one

    def end(self, name: str) -> None:
        if self.pointer is not None:
            if self.pointer:  # an empty cell points at nothing
                if not _POINTER.fullmatch(self.pointer):
                    raise BrokenPart
                self.shared[int(self.pointer)] += 1
            self.pointer = None
        elif self.in_text and name.rpartition(":")[2] == "si":
            self.in_text = False

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
