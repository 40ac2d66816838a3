"""Text as it was sent → text as it is read, with the way back for every character."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC

MAX_CLEANED_LENGTH = 24_000
"""Characters read at most: a few compatibility characters expand up to 18-fold under NFKC."""

_HTML = re.compile(
    r"<(?:/?[a-z][^<>]{0,300}|!--.{0,300}?--)>|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
# 推進(jìn)數(shù)字: a phonetic gloss left by a web page. The tone mark tells it from "(ok)".
_PINYIN = re.compile(rf"(?<=[{_HAN}])(?:\((?=[a-zü]{{0,5}}[{_TONED}])[a-zü{_TONED}]{{1,6}}\))+")
_SPACE = re.compile(r"\s+")
# Digits stay: 1000000 is a sum, not an exclamation.
_REPEATS = re.compile(r"(\D{1,8}?)\1{3,}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text of n characters and, for each, the half-open span of the original it came from.

    ``starts`` and ``ends`` have shape (n,), code points of the original, ``starts`` never falling.
    """

    text: str
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of the cleaned span [start, end), which must not be empty."""
        return int(self.starts[start]), int(self.ends[end - 1])


def clean(text: str) -> Cleaned:
    """Normalise one message. Applying it to its own result changes nothing.

    Width and compatibility forms (NFKC by character), letter case, traditional → simplified,
    zero-width and control characters, HTML remnants, phonetic glosses, white space,
    and runs of four or more repeats (kept three times: insistence is information).
    """
    cleaned = _truncate(_fold(text))
    cleaned = _substitute(cleaned, _HTML, lambda match: _entity(match.group()))
    cleaned = _substitute(cleaned, _PINYIN, lambda _: "")
    cleaned = _simplify(cleaned)
    cleaned = _substitute(cleaned, _SPACE, lambda match: "\n" if "\n" in match.group() else " ")
    cleaned = _strip(cleaned)
    shorter = _substitute(cleaned, _REPEATS, lambda match: match.group(1) * 3)
    while len(shorter.text) < len(cleaned.text):
        cleaned, shorter = shorter, _substitute(shorter, _REPEATS, lambda match: match.group(1) * 3)
    return cleaned


@cache
def _fold_character(character: str) -> str:
    if character in "\n\t\r\u2028\u2029\x0b\x0c\x85":
        return "\n" if character != "\t" else " "
    folded = unicodedata.normalize("NFKC", character).lower()
    folded = "".join(c for c in folded if unicodedata.category(c) not in _UNREADABLE)
    return folded


_UNREADABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me"})


def _fold(text: str) -> Cleaned:
    pieces = [_fold_character(character) for character in text]
    lengths = np.fromiter(map(len, pieces), dtype=np.int32, count=len(pieces))
    starts = np.repeat(np.arange(len(pieces), dtype=np.int32), lengths)
    return Cleaned("".join(pieces), starts, starts + 1)


def _truncate(cleaned: Cleaned) -> Cleaned:
    return _select(cleaned, slice(0, MAX_CLEANED_LENGTH))


def _select(cleaned: Cleaned, part: slice) -> Cleaned:
    return Cleaned(cleaned.text[part], cleaned.starts[part], cleaned.ends[part])


def _strip(cleaned: Cleaned) -> Cleaned:
    left = len(cleaned.text) - len(cleaned.text.lstrip())
    return _select(cleaned, slice(left, left + len(cleaned.text.strip())))


def _entity(remnant: str) -> str:
    """A tag or an entity of markup becomes a space; other entities become their character."""
    if not remnant.startswith("&#"):
        return " "
    digits = remnant[2:-1]
    number = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    character = chr(number) if number < 0x110000 else " "
    folded = _fold_character(character)
    return folded if len(folded) == 1 and folded not in "<>&()" else " "


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplify(cleaned: Cleaned) -> Cleaned:
    simplified = _converter().convert(cleaned.text)
    if len(simplified) != len(cleaned.text):
        simplified = "".join(simplify_character(character) for character in cleaned.text)
    return Cleaned(simplified, cleaned.starts, cleaned.ends)


@cache
def simplify_character(character: str) -> str:
    """Traditional → simplified for one character, where that is again one character."""
    simplified: str = _converter().convert(character)
    return simplified if len(simplified) == 1 else character


def _substitute(
    cleaned: Cleaned, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> Cleaned:
    """``pattern.sub`` that keeps the map: a replacement as long as its match maps one to one."""
    matches = list(pattern.finditer(cleaned.text))
    if not matches:
        return cleaned
    texts: list[str] = []
    starts: list[NDArray[np.int32]] = []
    ends: list[NDArray[np.int32]] = []
    position = 0
    for match in matches:
        replacement = replace(match)
        begin, end = match.span()
        if replacement == match.group():
            continue
        texts += [cleaned.text[position:begin], replacement]
        size = len(replacement)
        starts += [cleaned.starts[position:begin], cleaned.starts[begin : begin + size]]
        ends.append(cleaned.ends[position : begin + max(size - 1, 0)])
        if size:
            # The last character kept stands for all that was dropped behind it.
            ends.append(cleaned.ends[end - 1 : end])
        position = end
    texts.append(cleaned.text[position:])
    starts.append(cleaned.starts[position:])
    ends.append(cleaned.ends[position:])
    return Cleaned("".join(texts), np.concatenate(starts), np.concatenate(ends))
