"""Whose clue it is: the dated rules of jurisdiction, applied in their order.

The learned heads say what a clue is; here the law says which procuratorate handles it. Every
placement names the rule that made it and that rule's legal basis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from model.choices import (
    CHOOSERS,
    Chosen,
    Matter,
    is_addressee,
    is_local_place,
)
from model.conditions import occurs
from model.gazetteer_rows import PLACE_KINDS
from model.places import Mention
from model.taxonomy import Condition, JurisdictionRule, Taxonomy


@dataclass(frozen=True, slots=True)
class Placement:
    """The procuratorate proposed, by which rule, and what else a person should weigh.

    ``alternatives`` are (procuratorate, rule); ``assisting`` are (function, rule, legal basis).
    ``missing_place``: the clue says nothing that tells where. ``ambiguous``: what it says has
    several readings, and a person must choose.
    """

    procuratorate: str
    rule: str
    legal_basis: str
    alternatives: tuple[tuple[str, str], ...]
    assisting: tuple[tuple[str, str, str], ...]
    missing_place: bool
    ambiguous: bool


def place_clue(
    *,
    module: str,
    secondary: Sequence[str],
    function: str,
    text: str,
    mentions: Sequence[Mention],
    sender_mentions: Sequence[Mention],
    taxonomy: Taxonomy,
    on: date,
) -> Placement:
    """Place a clue by the rules in force on the day ``on``.

    ``mentions`` point into ``text``, ``sender_mentions`` into the form's own location field.
    """
    matter = Matter(
        module, tuple(secondary), function, text, tuple(mentions), tuple(sender_mentions), taxonomy
    )
    choices = _choices(matter, on)
    rule, chosen = next(choices, _intake(taxonomy))
    others = [] if rule.exclusive else [pair for pair in choices if not pair[0].last_resort]
    alternatives = _alternatives(rule, chosen, others)
    outside = taxonomy.superior(chosen.procuratorate) == chosen.procuratorate
    return Placement(
        procuratorate=chosen.procuratorate,
        rule=rule.id,
        legal_basis=rule.legal_basis,
        alternatives=alternatives,
        assisting=_assisting(matter, on),
        missing_place=chosen.procuratorate == taxonomy.intake_procuratorate
        and not _says_where(matter),
        ambiguous=chosen.ambiguous or (outside and bool(alternatives)),
    )


def _choices(matter: Matter, on: date) -> Iterator[tuple[JurisdictionRule, Chosen]]:
    """Every rule that applies and finds something to go by, in order."""
    for rule in matter.taxonomy.jurisdiction:
        if rule.in_force(on) and _holds(rule.when, matter, on):
            chosen = CHOOSERS[rule.choose](rule, matter)
            if chosen is not None:
                yield rule, chosen


def _intake(taxonomy: Taxonomy) -> tuple[JurisdictionRule, Chosen]:
    """The last rule, which has no condition: also for days before any rule was in force."""
    rule = taxonomy.jurisdiction[-1]
    return rule, Chosen(rule.procuratorate or taxonomy.intake_procuratorate)


def _holds(when: Condition, matter: Matter, on: date) -> bool:
    named = {mention.kind for mention in matter.mentions if mention.role == "scene"}
    return (
        (when.kinds is None or not named.isdisjoint(when.kinds))
        and when.holds_for(matter.module, matter.function, matter.text)
        and when.holds_beside(matter.secondary)
        and (when.fields is None or any(_in_field(code, matter, on) for code in when.fields))
    )


def _in_field(code: str, matter: Matter, on: date) -> bool:
    field = matter.taxonomy.field_by_code[code]
    return field.in_force(on) and occurs(field.cues or (), matter.text)


def _alternatives(
    rule: JurisdictionRule, chosen: Chosen, others: list[tuple[JurisdictionRule, Chosen]]
) -> tuple[tuple[str, str], ...]:
    """Other procuratorates, each once, with the first rule that would choose it."""
    found: dict[str, str] = {chosen.procuratorate: rule.id}
    for code in chosen.others:
        found.setdefault(code, rule.id)
    for other, choice in others:
        for code in (choice.procuratorate, *choice.others):
            found.setdefault(code, other.id)
    del found[chosen.procuratorate]
    return tuple(found.items())


def _assisting(matter: Matter, on: date) -> tuple[tuple[str, str, str], ...]:
    found: dict[str, tuple[str, str, str]] = {}
    for rule in matter.taxonomy.assisting:
        if (
            rule.function != matter.function
            and rule.in_force(on)
            and rule.when.holds_for(matter.module, matter.function, matter.text)
            and rule.when.holds_beside(matter.secondary)
        ):
            found.setdefault(rule.function, (rule.function, rule.id, rule.legal_basis))
    return tuple(found.values())


def _says_where(matter: Matter) -> bool:
    """Whether any place, organ or address narrows down where to look."""
    taxonomy = matter.taxonomy
    if any(is_local_place(mention, taxonomy) for mention in matter.sender_mentions):
        return True
    for mention in matter.mentions:
        if is_local_place(mention, taxonomy):
            return True
        organ = mention.kind not in PLACE_KINDS and not is_addressee(mention, matter)
        far = mention.kind == "outside" and mention.role == "scene"
        if organ or far:
            return True
    return False
