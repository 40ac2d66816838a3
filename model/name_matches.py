"""Names of the gazetteer in a text: the longest from the left, in the senses of the day."""

import re
from dataclasses import dataclass, replace
from datetime import date

from model.gazetteer import Gazetteer, Sense

OUTSIDE = "outside"

_NAMED_AFTER_IT = re.compile(
    r"[东西南北中]?[一二三四五]?(?:路|街|巷|大道|牛肉面|拉面|银行|饭店|酒店|大厦|小区|花园|烤肉)"
    r"|(?<=市)场(?!监)"
)


@dataclass(frozen=True, slots=True)
class Match:
    """A name found, with the senses valid on the day (at least one)."""

    start: int
    end: int
    senses: tuple[Sense, ...]
    possible: tuple[str, ...]

    @property
    def silent(self) -> bool:
        return self.senses[0].silent

    @property
    def needs_context(self) -> str:
        return self.senses[0].needs_context

    @property
    def sure(self) -> bool:
        return not self.silent and not self.needs_context and len(self.possible) == 1


def name_matches(text: str, gazetteer: Gazetteer, on: date) -> list[Match]:
    """The longest name at each start, from the left, without overlaps."""
    longest: dict[int, str] = {}
    for last, name in gazetteer.automaton.iter(text):
        start = last + 1 - len(name)
        if len(name) > len(longest.get(start, "")):
            longest[start] = name
    valid = {name: _valid(text, gazetteer.senses[name], on) for name in set(longest.values())}
    matches: list[Match] = []
    free = 0
    for start in sorted(longest):
        name = longest[start]
        end, senses = start + len(name), valid[name]
        if start < free or not senses or _merely_names_something(text, end, senses[0]):
            continue
        matches.append(Match(start, end, senses, _possible(senses)))
        free = end
    return matches


def _valid(text: str, senses: tuple[Sense, ...], on: date) -> tuple[Sense, ...]:
    """The senses valid on the day, moved outside where the text names the city they go with."""
    return tuple(
        _moved_outside(sense) if any(word in text for word in sense.outside_with) else sense
        for sense in senses
        if sense.valid_from <= on <= sense.valid_until
    )


def _possible(senses: tuple[Sense, ...]) -> tuple[str, ...]:
    if len(senses) == 1:
        return senses[0].possible
    return tuple(dict.fromkeys(code for sense in senses for code in sense.possible))


def _merely_names_something(text: str, end: int, sense: Sense) -> bool:
    """Whether a city or province outside only lends its name (北京路, 天津街) or stands in
    a word (供销合作市场)."""
    return sense.kind == OUTSIDE and _NAMED_AFTER_IT.match(text, end) is not None


def _moved_outside(sense: Sense) -> Sense:
    return replace(sense, kind=OUTSIDE, own=OUTSIDE, possible=(OUTSIDE,), needs_context="")
