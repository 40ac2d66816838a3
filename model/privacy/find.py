"""All personal data of a clue's texts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from model.privacy.accounts import QQ, WECHAT
from model.privacy.bank_card import BANK_CARD
from model.privacy.datum import PROTECTED, Kind, PersonalDatum
from model.privacy.email import EMAIL
from model.privacy.home import HOME
from model.privacy.identity_card import IDENTITY_CARD
from model.privacy.names import Mention, mentions
from model.privacy.pattern import Recogniser
from model.privacy.plate import PLATE
from model.privacy.telephone import TELEPHONE
from model.privacy.travel_document import TRAVEL_DOCUMENT
from model.privacy.view import View, view_of

RECOGNISERS: tuple[Recogniser, ...] = (
    IDENTITY_CARD, TELEPHONE, BANK_CARD, EMAIL, WECHAT, QQ, PLATE, TRAVEL_DOCUMENT, HOME,
)  # fmt: skip
"""Of data inside other data only the first kind found is reported."""


def find_personal_data(text: str) -> tuple[PersonalDatum, ...]:
    """What is found in one text, in order of position; data may overlap, none holds another."""
    return find_together([text])[0]


def find_together(texts: Sequence[str]) -> list[tuple[PersonalDatum, ...]]:
    """As above for texts of one clue: a name told in one is found in all."""
    views = [view_of(text) for text in texts]
    named = mentions([view.text for view in views])
    return [_in_order(view, found) for view, found in zip(views, named, strict=True)]


def _in_order(view: View, named: Sequence[Mention]) -> tuple[PersonalDatum, ...]:
    found = (*_by_pattern(view), *(_name(view, mention) for mention in named))
    return tuple(sorted(_not_inside(found), key=lambda datum: (datum.start, datum.end)))


def _not_inside(found: Iterable[PersonalDatum]) -> Iterator[PersonalDatum]:
    """Those that lie in none before them. ``starts`` and ``ends``, both ascending, are of those
    that lie in none at all: the last that starts no later than a datum reaches farthest."""
    starts: list[int] = []
    ends: list[int] = []
    for datum in found:
        before = bisect_right(starts, datum.start)
        if before and ends[before - 1] >= datum.end:
            continue
        yield datum
        inside = slice(bisect_left(starts, datum.start), bisect_right(ends, datum.end))
        starts[inside], ends[inside] = [datum.start], [datum.end]


def _by_pattern(view: View) -> Iterator[PersonalDatum]:
    spoken = view.spoken()
    for recogniser in RECOGNISERS:
        readings = [view.text, spoken] if spoken and recogniser.numeric else [view.text]
        for reading in readings:
            for start, end in recogniser.spans(reading):
                yield PersonalDatum(recogniser.kind, *view.original_span(start, end))


def _name(view: View, mention: Mention) -> PersonalDatum:
    """The surname of a protected person goes too: in a village it says who."""
    start = mention.start if mention.whose in PROTECTED else mention.given
    return PersonalDatum(Kind.NAME, *view.original_span(start, mention.end), mention.whose)
