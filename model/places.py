"""Places, courts and agencies named in a text, and the procuratorate each points to."""

from dataclasses import dataclass, replace
from datetime import date

from model.gazetteer import Gazetteer
from model.gazetteer_rows import ORGAN_KINDS
from model.mention_role import Role, role_of
from model.name_matches import OUTSIDE, Match, name_matches
from model.place_context import Settled, only_region_named, settle


@dataclass(frozen=True, slots=True)
class Mention:
    """A named place; ``start`` and ``end`` are code-point offsets into the text given.

    ``procuratorate`` and ``kind`` are codes of ``model.gazetteer_rows``; ``alternatives`` are
    other procuratorates that the name may mean. ``role`` tells where it may have happened from
    somebody's home or origin, and from what is only spoken of in passing.
    """

    start: int
    end: int
    text: str
    procuratorate: str
    kind: str
    alternatives: tuple[str, ...]
    role: Role


def find_places(text: str, gazetteer: Gazetteer, on: date) -> tuple[Mention, ...]:
    """Find the places named in ``text`` as they stood on the day ``on``.

    ``text`` is cleaned (simplified, half-width). Mentions are in order and do not overlap.
    """
    matches = name_matches(text, gazetteer, on)
    only_region = only_region_named(matches)
    mentions: list[Mention] = []
    settled: Settled | None = None
    for index, (match, (first, last)) in enumerate(zip(matches, _runs(matches), strict=True)):
        before = settled.procuratorate if settled and first < match.start else None
        settled = settle(text, matches, index, before, only_region)
        if settled:
            role = role_of(text, first, last, far=settled.procuratorate == OUTSIDE)
            mentions.append(_mention(text, match, settled, role))
    return _with_a_scene(mentions)


def _runs(matches: list[Match]) -> list[tuple[int, int]]:
    """For each match, where the run of touching names that it is part of starts and ends."""
    runs: list[tuple[int, int]] = []
    first = 0
    for index, match in enumerate(matches):
        if index + 1 < len(matches) and matches[index + 1].start == match.end:
            continue
        runs += [(matches[first].start, match.end)] * (index + 1 - first)
        first = index + 1
    return runs


def _mention(text: str, match: Match, settled: Settled, role: Role) -> Mention:
    code = settled.procuratorate
    sense = next((one for one in match.senses if code in one.possible), match.senses[0])
    elsewhere = code == OUTSIDE and sense.own != OUTSIDE
    return Mention(
        start=match.start,
        end=match.end,
        text=text[match.start : match.end],
        procuratorate=code,
        kind=OUTSIDE if elsewhere else sense.kind,
        alternatives=settled.alternatives,
        role="scene" if role == "passing" and sense.kind in ORGAN_KINDS else role,
    )


def _with_a_scene(mentions: list[Mention]) -> tuple[Mention, ...]:
    """With no other place in Lanzhou, one named in passing is still the best there is."""
    near = [m for m in mentions if m.kind not in ORGAN_KINDS and m.procuratorate != OUTSIDE]
    if any(mention.role == "scene" for mention in near):
        return tuple(mentions)
    return tuple(
        replace(mention, role="scene") if mention in near and mention.role == "passing" else mention
        for mention in mentions
    )
