"""Where someone should turn whose matter no procuratorate may handle."""

from model.conditions import occurs
from model.taxonomy import Destination, Taxonomy
from model.triage import WhereTo


def where_to(text: str, urgency: str, taxonomy: Taxonomy, *, noise: bool = False) -> WhereTo:
    """The destination that the words of ``text`` point to most.

    A ``critical`` matter goes to the emergency services whatever it is about, for danger to life
    outranks competence (国办函〔2025〕66号); text known to be ``noise`` needs no destination.
    """
    return WhereTo(**_destination(text, urgency, taxonomy, noise).model_dump(include=_SHOWN))


_SHOWN = {"code", "name", "advice"}


def _destination(text: str, urgency: str, taxonomy: Taxonomy, noise: bool) -> Destination:
    known = taxonomy.destination_by_code
    if taxonomy.urgency_by_code[urgency].rank == _most_urgent(taxonomy):
        return known[taxonomy.where_to.emergency]
    if noise:
        return known[taxonomy.where_to.noise]
    best = max(taxonomy.where_to.destinations, key=lambda entry: _weight(entry, text))
    return best if _weight(best, text) else known[taxonomy.where_to.default]


def _most_urgent(taxonomy: Taxonomy) -> int:
    return min(urgency.rank for urgency in taxonomy.urgencies)


def _weight(destination: Destination, text: str) -> int:
    """Characters of the distinct cues that occur: longer cues say more."""
    return sum(len(cue) for cue in destination.cues or () if occurs((cue,), text))
