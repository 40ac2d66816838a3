"""How personal data is recognised: a pattern, the words that must stand near, a check."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from model.privacy.datum import Kind

SEPARATOR = r"[ \t._·‐-―-]{0,2}"
"""What people put between the digits of a number to read it more easily, or to hide it."""

_BEFORE = 16
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


def always(_: str) -> bool:
    return True


def digits_of(text: str) -> str:
    """``text`` without separators, letters in capitals."""
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def digit_run(fewest: int, most: int, separator: str = SEPARATOR) -> str:
    """Pattern of that many digits, separated or not, that are not part of a longer run."""
    return rf"(?<!\d)\d(?:{separator}\d){{{fewest - 1},{most - 1}}}(?!\d)"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Matches ``regex``; what is masked is its group ``value`` where it has one.

    ``context`` must occur within 16 characters before, in the same sentence. ``passes`` is asked
    with the masked part.
    """

    regex: re.Pattern[str]
    passes: Callable[[str], bool] = always
    context: re.Pattern[str] | None = None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        group = "value" if "value" in self.regex.groupindex else 0
        for match in self.regex.finditer(text):
            if self.passes(match.group(group)) and self._in_context(text, match.start(group)):
                yield match.span(group)

    def _in_context(self, text: str, start: int) -> bool:
        if self.context is None:
            return True
        before = _SENTENCE_END.split(text[max(0, start - _BEFORE) : start])[-1]
        return self.context.search(before) is not None


@dataclass(frozen=True, slots=True)
class Recogniser:
    """``numeric`` ones also read digits written as words or look-alike letters."""

    kind: Kind
    patterns: tuple[Pattern, ...]
    numeric: bool = False

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern in self.patterns:
            yield from pattern.spans(text)
