"""Text as a recogniser reads it: disguises taken off, with the way back for every character."""

import re
import unicodedata
from dataclasses import dataclass

from model.clean import simplify_character

# Letters of other scripts that look like Latin ones (Unicode TS 39, confusables), as plates and
# identity cards would hold them.
_LOOKALIKES = str.maketrans(
    "АВСЕНІКМОРТУХаеосрхуΑΒΕΗΙΚΜΝΟΡΤΥΧ×",
    "ABCEHIKMOPTYXaeocpxyABEHIKMNOPTYXX",
)
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Mn", "Me"})


class _Folding(dict[int, str]):
    """Character → what it is read as: one character, or nothing. Fills itself as it is used."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    if character in "\n\r\t\u2028\u2029\x0b\x0c\x85":
        return " " if character == "\t" else "\n"
    if unicodedata.category(character) in _UNSEEN:
        return ""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character).translate(_LOOKALIKES)
    return simplify_character(folded) if len(folded) == 1 else character


_FOLDING = _Folding()
_SPOKEN = str.maketrans(
    "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两OolI|", "001234567891123456789200111"
)
_DISGUISED = re.compile(
    r"(?:[0-9〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两OolI|][ \t._-]{0,2}){7}"
)


@dataclass(frozen=True, slots=True)
class View:
    """``text`` is ``original`` folded: width, circled digits, look-alikes, traditional characters.

    What cannot be seen (zero-width, combining, control) is left out of it; ``starts`` is then the
    position in ``original`` of each of its characters, else None: one to one.
    """

    original: str
    text: str
    starts: tuple[int, ...] | None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where the non-empty span [start, end) of ``text`` stands in ``original``."""
        if self.starts is None:
            return start, end
        return self.starts[start], self.starts[end - 1] + 1

    def spoken(self) -> str | None:
        """``text`` with 一三八 and O, l read as digits; None where no long run calls for it."""
        for run in _DISGUISED.finditer(self.text):
            if not run.group().isascii() or any(letter in run.group() for letter in "OolI|"):
                return self.text.translate(_SPOKEN)
        return None


def view_of(text: str) -> View:
    folded = text.translate(_FOLDING)
    if len(folded) == len(text):
        return View(text, folded, None)
    return View(text, folded, tuple(i for i, c in enumerate(text) if _FOLDING[ord(c)]))
