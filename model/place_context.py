"""What an ambiguous name stands for in this text.

The place written directly before it decides (榆中县城关镇), else the one directly after, else the
nearest name that only one procuratorate claims. Names that are everyday words too count only
in such company.
"""

import re
from dataclasses import dataclass

from model.name_matches import OUTSIDE, Match

_REACH = 50
"""Names looked at on either side to settle one; bounds the work on a text of only names."""

_CLAIMED_BY_OUTSIDE = frozenset(
    {"district", "street", "town", "village", "landmark", "school", "police", "agency", "court",
     "procuratorate"}
)  # fmt: skip
"""Kinds whose names every city has: 上海市张掖路 is not Lanzhou's 张掖路."""

_ORGANS = frozenset({"police", "agency", "court", "procuratorate"})
_UNLISTED = re.compile(r"[\u4e00-\u9fff]{1,4}")
_NO_NAME = frozenset("的了在到去向被把和与给对找经过请让由是有人说那边里来从往告诉判审于等及后前我")
"""Hardly a part of a place's name: between two places it makes a sentence of them."""

_SPECIAL = frozenset({"rail", "forest"})
"""Kinds with a procuratorate of their own, whatever district they lie in."""

_LOCATIVE_BEFORE = re.compile(r"(?:在|住|到|去|来|往|从|位于|来自|途经)$")
_LOCALITY_AFTER = re.compile(r"(?:这边|那边|境内|街头|某|一家|有家|区域|地区|城区)")


@dataclass(frozen=True, slots=True)
class Settled:
    """The procuratorate a name was settled on, and the others it may still mean."""

    procuratorate: str
    alternatives: tuple[str, ...] = ()


def settle(
    text: str, matches: list[Match], index: int, before: str | None, only_region: bool
) -> Settled | None:
    """What a match stands for, if a place; ``before`` is what the name it touches stands for."""
    match = matches[index]
    if match.silent:
        return None
    special = match.senses[0].kind in _SPECIAL
    claimed = before == OUTSIDE and match.senses[0].kind in _CLAIMED_BY_OUTSIDE
    if claimed or _of_unlisted_place(text, matches, index):
        before = OUTSIDE
    elif before not in match.possible:
        before = None
    if before and not special:
        return Settled(before)
    if match.needs_context == "adjacent" and not _in_company(text, matches, index):
        return None
    if not match.sure and not special and (near := _nearest(matches, index)):
        return Settled(near)
    own = match.senses[0].own
    if not own or (match.needs_context == "text" and not only_region):
        return None
    return Settled(own, tuple(code for code in match.possible if code != own))


def _of_unlisted_place(text: str, matches: list[Match], index: int) -> bool:
    """Whether an organ is that of a place which no table lists, in one outside: the 区法院 of
    西安市雁塔区法院 is none of Lanzhou's."""
    match = matches[index]
    if match.senses[0].kind not in _ORGANS or text[match.start] not in "市区县" or not index:
        return False
    between = text[matches[index - 1].end : match.start]
    return (
        matches[index - 1].possible == (OUTSIDE,)
        and _UNLISTED.fullmatch(between) is not None
        and _NO_NAME.isdisjoint(between)
    )


def _in_company(text: str, matches: list[Match], index: int) -> bool:
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


def _nearest(matches: list[Match], index: int) -> str | None:
    """The first possible procuratorate that a sure name claims, looking back, then ahead.

    A village written directly after its town settles it first (忠和镇忠和村).
    """
    possible = matches[index].possible
    for part in matches[index + 1 : index + 2]:
        shared = [code for code in part.possible if code in possible]
        if part.start == matches[index].end and len(shared) == 1:
            return shared[0]
    back = matches[max(0, index - _REACH) : index]
    ahead = matches[index + 1 : index + 1 + _REACH]
    for other in (*reversed(back), *ahead):
        if other.sure and other.possible[0] in possible and other.possible[0] != OUTSIDE:
            return other.possible[0]
    return None


def only_region_named(matches: list[Match]) -> bool:
    """Whether the text names Lanzhou or Gansu, and no place that is surely somewhere."""
    kinds = {match.senses[0].kind for match in matches}
    return "wider" in kinds and not any(match.sure for match in matches)
