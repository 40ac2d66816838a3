"""Places, courts and agencies named in a text, and the procuratorate each points to.

The longest name from the left wins. A name of several places is settled by the text around
it: by the place written directly before it (榆中县城关镇), else by the nearest place that only
one procuratorate claims. Names that are everyday words too count only in such company.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from model.gazetteer import Gazetteer, Sense
from model.origin_cues import is_origin

_OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Mention:
    """A named place; ``start`` and ``end`` are code-point offsets into the text given.

    ``procuratorate`` and ``kind`` are codes of ``model.gazetteer_table``; ``alternatives`` are
    other procuratorates that the name may mean. ``sender`` marks somebody's home, household
    register or origin, mostly the sender's own, which need not be where it happened.
    """

    start: int
    end: int
    text: str
    procuratorate: str
    kind: str
    alternatives: tuple[str, ...]
    sender: bool


@dataclass(frozen=True, slots=True)
class _Match:
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


@dataclass(frozen=True, slots=True)
class _Settled:
    """The procuratorate a name was settled on, and the others it may still mean."""

    procuratorate: str
    alternatives: tuple[str, ...] = ()


_REACH = 50
"""Names looked at on either side to settle one; bounds the work on a text of only names."""

_CLAIMED_BY_OUTSIDE = frozenset(
    {"street", "town", "village", "landmark", "school", "police", "agency"}
)
"""Kinds whose names every city has: 上海市张掖路 is not Lanzhou's 张掖路."""

_NAMED_AFTER_IT = re.compile(
    r"[东西南北中]?[一二三四五]?(?:路|街|巷|大道|牛肉面|拉面|银行|饭店|酒店|大厦|小区|花园|烤肉)"
)
_LOCATIVE_BEFORE = re.compile(r"(?:在|住|到|去|来|往|从|位于|来自|途经)$")
_LOCALITY_AFTER = re.compile(r"(?:这边|那边|境内|街头|某|一家|有家|区域|地区|城区)")


def find_places(text: str, gazetteer: Gazetteer, on: date) -> tuple[Mention, ...]:
    """Find the places named in ``text`` as they stood on the day ``on``.

    ``text`` is cleaned (simplified, half-width). Mentions are in order and do not overlap.
    """
    matches = _matches(text, gazetteer, on)
    origins = _origins(text, matches)
    only_region = _only_region_named(matches)
    mentions: list[Mention] = []
    settled: _Settled | None = None
    for index, match in enumerate(matches):
        touches = index > 0 and matches[index - 1].end == match.start
        before = settled.procuratorate if settled and touches else None
        settled = _settle(text, matches, index, before, only_region)
        if settled:
            mentions.append(_mention(text, match, settled, origins[index]))
    return tuple(mentions)


def _matches(text: str, gazetteer: Gazetteer, on: date) -> list[_Match]:
    """The longest name at each start, from the left, without overlaps."""
    longest: dict[int, str] = {}
    for last, name in gazetteer.automaton.iter(text):
        start = last + 1 - len(name)
        if len(name) > len(longest.get(start, "")):
            longest[start] = name
    valid = {name: _valid(text, gazetteer.senses[name], on) for name in set(longest.values())}
    matches: list[_Match] = []
    free = 0
    for start in sorted(longest):
        name = longest[start]
        end, senses = start + len(name), valid[name]
        if start < free or not senses or _merely_names_something(text, end, senses[0]):
            continue
        matches.append(_Match(start, end, senses, _possible(senses)))
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
    """Whether a city or province outside only lends its name: 北京路, 天津街."""
    return sense.kind == _OUTSIDE and _NAMED_AFTER_IT.match(text, end) is not None


def _moved_outside(sense: Sense) -> Sense:
    return replace(sense, kind=_OUTSIDE, own=_OUTSIDE, possible=(_OUTSIDE,), needs_context="")


def _settle(
    text: str, matches: list[_Match], index: int, before: str | None, only_region: bool
) -> _Settled | None:
    """What a match stands for, if a place; ``before`` is what the name it touches stands for."""
    match = matches[index]
    if match.silent:
        return None
    if before in match.possible:
        return _Settled(before)
    if before == _OUTSIDE and match.senses[0].kind in _CLAIMED_BY_OUTSIDE:
        return _Settled(_OUTSIDE)
    if match.needs_context == "adjacent" and not _in_company(text, matches, index):
        return None
    if not match.sure and (near := _nearest(matches, index)):
        return _Settled(near)
    own = match.senses[0].own
    if not own or (match.needs_context == "text" and not only_region):
        return None
    return _Settled(own, tuple(code for code in match.possible if code != own))


def _in_company(text: str, matches: list[_Match], index: int) -> bool:
    """Whether a name that is an everyday word too stands where only a place can stand."""
    match = matches[index]
    touches_before = index > 0 and matches[index - 1].end == match.start
    touches_after = index + 1 < len(matches) and matches[index + 1].start == match.end
    return bool(
        touches_before
        or touches_after
        or _LOCATIVE_BEFORE.search(text[max(0, match.start - 2) : match.start])
        or _LOCALITY_AFTER.match(text, match.end)
    )


def _nearest(matches: list[_Match], index: int) -> str | None:
    """The first possible procuratorate that a sure name claims, looking back, then ahead."""
    possible = matches[index].possible
    back = matches[max(0, index - _REACH) : index]
    ahead = matches[index + 1 : index + 1 + _REACH]
    for other in (*reversed(back), *ahead):
        if other.sure and other.possible[0] in possible and other.possible[0] != _OUTSIDE:
            return other.possible[0]
    return None


def _only_region_named(matches: list[_Match]) -> bool:
    """Whether the text names Lanzhou or Gansu, and no place that is surely somewhere."""
    kinds = {match.senses[0].kind for match in matches}
    return "wider" in kinds and not any(match.sure for match in matches)


def _origins(text: str, matches: list[_Match]) -> list[bool]:
    """For each match, whether the run of touching names that it is part of is an origin."""
    origins: list[bool] = []
    first = 0
    for index, match in enumerate(matches):
        if index + 1 < len(matches) and matches[index + 1].start == match.end:
            continue
        origin = is_origin(text, matches[first].start, match.end)
        origins += [origin] * (index + 1 - first)
        first = index + 1
    return origins


def _mention(text: str, match: _Match, settled: _Settled, sender: bool) -> Mention:
    code = settled.procuratorate
    sense = next((one for one in match.senses if code in one.possible), match.senses[0])
    return Mention(
        start=match.start,
        end=match.end,
        text=text[match.start : match.end],
        procuratorate=code,
        kind=_OUTSIDE if code == _OUTSIDE else sense.kind,
        alternatives=settled.alternatives,
        sender=sender,
    )
