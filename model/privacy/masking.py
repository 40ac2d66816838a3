"""Personal data covered, and what of it may be said in a log."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.privacy.datum import PROTECTED, Kind, PersonalDatum
from model.privacy.find import find_together

MASK = "*"


@dataclass(frozen=True, slots=True)
class Masked:
    """``text`` is as long as the original, so that every span of the one holds in the other.

    ``data`` tells where what was covered, never what stood there.
    """

    text: str
    data: tuple[PersonalDatum, ...]

    @property
    def kinds(self) -> Counter[Kind]:
        """How often each kind was covered."""
        return Counter(datum.kind for datum in self.data)


def mask(text: str, *, protected_only: bool = False) -> Masked:
    """Cover all personal data, or only the names of minors and informants.

    Masking what is masked changes nothing; the same text is always masked alike.
    """
    return mask_together([text], protected_only=protected_only)[0]


def mask_together(texts: Sequence[str], *, protected_only: bool = False) -> list[Masked]:
    """Mask the texts of one clue (title, text, location), so that a name told in one is covered
    in all."""
    current = list(texts)
    found: list[list[PersonalDatum]] = [[] for _ in texts]
    # To the fixed point: what is covered may have hidden something beside it. Every round covers
    # at least one more character, so it ends.
    while any(fresh := [_wanted(data, protected_only) for data in find_together(current)]):
        for index, data in enumerate(fresh):
            current[index] = _cover(current[index], data)
            found[index] += data
    return [
        Masked(text, tuple(sorted(data, key=lambda datum: (datum.start, datum.end))))
        for text, data in zip(current, found, strict=True)
    ]


def describe(text: str) -> str:
    """What a log may say about a text: its length and the kinds of data in it, never a word."""
    kinds = mask(text).kinds
    held = "、".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    return f"{len(text)} 字" + (f"，含{held}" if held else "")


def _wanted(data: Iterable[PersonalDatum], protected_only: bool) -> list[PersonalDatum]:
    return [
        datum
        for datum in data
        if not protected_only or (datum.kind is Kind.NAME and datum.whose in PROTECTED)
    ]


def _cover(text: str, data: Sequence[PersonalDatum]) -> str:
    characters = list(text)
    for datum in data:
        characters[datum.start : datum.end] = MASK * (datum.end - datum.start)
    return "".join(characters)
