"""Places, courts and agencies named in a text, and the procuratorate each points to."""

from dataclasses import dataclass
from datetime import date

from model.gazetteer import Gazetteer
from model.name_matches import OUTSIDE, Match, name_matches
from model.origin_cues import is_origin
from model.place_context import Settled, only_region_named, settle


@dataclass(frozen=True, slots=True)
class Mention:
    """A named place; ``start`` and ``end`` are code-point offsets into the text given.

    ``procuratorate`` and ``kind`` are codes of ``model.gazetteer_rows``; ``alternatives`` are
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


def find_places(text: str, gazetteer: Gazetteer, on: date) -> tuple[Mention, ...]:
    """Find the places named in ``text`` as they stood on the day ``on``.

    ``text`` is cleaned (simplified, half-width). Mentions are in order and do not overlap.
    """
    matches = name_matches(text, gazetteer, on)
    origins = _origins(text, matches)
    only_region = only_region_named(matches)
    mentions: list[Mention] = []
    settled: Settled | None = None
    for index, match in enumerate(matches):
        touches = index > 0 and matches[index - 1].end == match.start
        before = settled.procuratorate if settled and touches else None
        settled = settle(text, matches, index, before, only_region)
        if settled:
            mentions.append(_mention(text, match, settled, origins[index]))
    return tuple(mentions)


def _origins(text: str, matches: list[Match]) -> list[bool]:
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


def _mention(text: str, match: Match, settled: Settled, sender: bool) -> Mention:
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
        sender=sender,
    )
