"""All personal data of a clue's texts."""

from collections.abc import Iterator, Sequence

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
    kept: list[PersonalDatum] = []
    for datum in (*_by_pattern(view), *(_name(view, mention) for mention in named)):
        if not any(other.start <= datum.start and datum.end <= other.end for other in kept):
            kept.append(datum)
    return tuple(sorted(kept, key=lambda datum: (datum.start, datum.end)))


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
