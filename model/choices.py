"""The ways to choose a procuratorate that rules of jurisdiction may name in ``choose``.

Each is a pure function of the rule and the matter; None means that it finds nothing to go by.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.gazetteer_rows import PLACE_KINDS
from model.places import Mention
from model.taxonomy import JurisdictionRule, Taxonomy

_SPECIAL_LAND = frozenset({"rail", "forest"})
_RANKS = {"basic": 0, "special": 1, "city": 2, "outside": 3}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a rule of jurisdiction may look at; ``mentions`` point into ``text``."""

    module: str
    secondary: tuple[str, ...]
    function: str
    text: str
    mentions: tuple[Mention, ...]
    sender_mentions: tuple[Mention, ...]
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True)
class Chosen:
    """A procuratorate; ``others`` may be meant too, and if ``ambiguous`` a person must choose."""

    procuratorate: str
    others: tuple[str, ...] = ()
    ambiguous: bool = False


Chooser = Callable[[JurisdictionRule, Matter], Chosen | None]


def is_addressee(mention: Mention, matter: Matter) -> bool:
    """Whether a procuratorate is only written to (“城关区检察院领导您好”), not complained of."""
    if mention.kind != "procuratorate":
        return False
    before = matter.text[: mention.start].rstrip()
    after = matter.text[mention.end :].lstrip()
    words = matter.taxonomy.addressee
    return before.endswith(words.before) or after.startswith(words.after)


def readings(mention: Mention, among: Sequence[Mention]) -> tuple[str, ...]:
    """Procuratorates that a name may mean, narrowed to those that other names settle.

    Rail and forest land keeps its own, whatever district is named beside it.
    """
    possible = tuple(dict.fromkeys((mention.procuratorate, *mention.alternatives)))
    if mention.kind in _SPECIAL_LAND:
        return possible
    settled = {other.procuratorate for other in among if not other.alternatives}
    return tuple(code for code in possible if code in settled) or possible


def is_local_place(mention: Mention, taxonomy: Taxonomy) -> bool:
    """A place that points to a procuratorate below the city or to rail or forest land."""
    return mention.kind in PLACE_KINDS and any(
        taxonomy.procuratorate_by_code[code].level in ("basic", "special")
        for code in (mention.procuratorate, *mention.alternatives)
    )


def _fixed(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    """The rule's own procuratorate, unless all that the text names lies elsewhere."""
    named = [m for m in matter.mentions if m.role == "scene" and not is_addressee(m, matter)]
    elsewhere = named and all(_rank(m.procuratorate, matter.taxonomy) == 3 for m in named)
    return None if elsewhere or not rule.procuratorate else Chosen(rule.procuratorate)


def _organ_named(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    named = _named(rule, matter, addressed=False)
    return _first(named, rule, matter.taxonomy) if named else None


def _organ_itself(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    named = _named_or_addressed(rule, matter)
    return _first(named, rule, matter.taxonomy) if named else None


def _above_organ_named(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    named = _named_or_addressed(rule, matter)
    above = list(dict.fromkeys(matter.taxonomy.superior(code) for code in named))
    allowed = [code for code in above if code not in named] or above
    return Chosen(allowed[0], tuple(allowed[1:]), len(allowed) > 1) if allowed else None


def _organ_addressed(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    taxonomy = matter.taxonomy
    written_to = [m.procuratorate for m in matter.mentions if is_addressee(m, matter)]
    below = [code for code in written_to if code != taxonomy.intake_procuratorate]
    return _first(tuple(dict.fromkeys(below)), rule, taxonomy) if below else None


def _place_of_harm(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    places = _places(matter)
    settled = _settled(places)
    if len(settled) > 1 or not places:
        return None
    possible = tuple(dict.fromkeys([*settled, *(code for place in places for code in place)]))
    return Chosen(possible[0], possible[1:], len(possible) > 1)


def _common_superior(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    districts = _settled(_places(matter))
    if len(districts) < 2:
        return None
    superiors = {matter.taxonomy.superior(code) for code in districts}
    only = superiors.pop() if len(superiors) == 1 else matter.taxonomy.intake_procuratorate
    return Chosen(only, districts)


def _outside_only(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    outside = [
        mention.procuratorate
        for mention in matter.mentions
        if mention.role == "scene" and _rank(mention.procuratorate, matter.taxonomy) == 3
    ]
    return Chosen(outside[0]) if outside else None


def _elsewhere_in_passing(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    """The intake, beside what lies elsewhere: only a person can tell whether it happened there."""
    far = [
        mention.procuratorate
        for mention in matter.mentions
        if mention.role == "passing" and _rank(mention.procuratorate, matter.taxonomy) == 3
    ]
    return Chosen(matter.taxonomy.intake_procuratorate, (far[0],), True) if far else None


def _sender_address(rule: JurisdictionRule, matter: Matter) -> Chosen | None:
    """The form's location first: it may be where it happened; then the home told in the text."""
    homes = tuple(mention for mention in matter.mentions if mention.role == "home")
    local = [m for m in (*matter.sender_mentions, *homes) if is_local_place(m, matter.taxonomy)]
    possible = tuple(dict.fromkeys(code for m in local for code in readings(m, local)))
    return Chosen(possible[0], possible[1:], len(possible) > 1) if possible else None


CHOOSERS: dict[str, Chooser] = {
    "fixed": _fixed,
    "organ_named": _organ_named,
    "organ_itself": _organ_itself,
    "above_organ_named": _above_organ_named,
    "organ_addressed": _organ_addressed,
    "place_of_harm": _place_of_harm,
    "common_superior": _common_superior,
    "outside_only": _outside_only,
    "sender_address": _sender_address,
    "elsewhere_in_passing": _elsewhere_in_passing,
}


def _named(rule: JurisdictionRule, matter: Matter, *, addressed: bool) -> tuple[str, ...]:
    """Procuratorates of what is named of the first kind that occurs, in the rule's preference."""
    for kind in rule.kinds or ():
        found = [
            code
            for mention in matter.mentions
            if mention.kind == kind
            and mention.role == "scene"
            and is_addressee(mention, matter) == addressed
            and (kind not in PLACE_KINDS or is_local_place(mention, matter.taxonomy))
            for code in readings(mention, matter.mentions)
        ]
        if found:
            return _preferred(dict.fromkeys(found), rule, matter.taxonomy)
    return ()


def _named_or_addressed(rule: JurisdictionRule, matter: Matter) -> tuple[str, ...]:
    """Who is written to counts where a letter about a procuratorate names no other."""
    return _named(rule, matter, addressed=False) or _named(rule, matter, addressed=True)


def _preferred(
    codes: dict[str, None], rule: JurisdictionRule, taxonomy: Taxonomy
) -> tuple[str, ...]:
    if rule.prefer == "first":
        return tuple(codes)
    highest = rule.prefer == "highest"
    return tuple(sorted(codes, key=lambda code: _rank(code, taxonomy), reverse=highest))


def _first(codes: tuple[str, ...], rule: JurisdictionRule, taxonomy: Taxonomy) -> Chosen:
    """Ambiguous when the preference does not tell the first from the second."""
    rivals = codes[1:]
    if rule.prefer != "first":
        rivals = tuple(c for c in rivals if _rank(c, taxonomy) == _rank(codes[0], taxonomy))
    return Chosen(codes[0], codes[1:], bool(rivals))


def _rank(code: str, taxonomy: Taxonomy) -> int:
    return _RANKS[taxonomy.procuratorate_by_code[code].level]


def _places(matter: Matter) -> list[tuple[str, ...]]:
    """The readings of each local place where it may have happened.

    Rail and forest land lies in some district, and is no second district beside it.
    """
    return [
        readings(mention, (*matter.mentions, *matter.sender_mentions))
        for mention in matter.mentions
        if mention.role == "scene"
        and mention.kind not in _SPECIAL_LAND
        and is_local_place(mention, matter.taxonomy)
    ]


def _settled(places: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place[0] for place in places if len(place) == 1))
