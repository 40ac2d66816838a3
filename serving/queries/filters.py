"""Which clues are asked for. The list, its counts and the charts' drill-down use the same."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, exists, false, or_

from serving.storage.tables import clues, triages

DECIDED = ("confirmed", "corrected")
"""States in which the labels are a person's."""


@dataclass(frozen=True, slots=True)
class ClueFilter:
    """Every field narrows; None leaves open. Labels are what is known now: decided, else proposed.

    ``to_look_at``: whether the model or a colleague asks for a person to look.
    ``received_from`` ≤ arrival < ``received_until``. ``proposed_…`` are the model's own labels.
    ``search`` is found in masked title and text, or begins the id.
    """

    module: str | None = None
    urgency: str | None = None
    function: str | None = None
    procuratorate: str | None = None
    state: str | None = None
    channel: str | None = None
    model_version: str | None = None
    reason: str | None = None
    open: bool | None = None
    decided: bool | None = None
    needs_review: bool | None = None
    to_look_at: bool | None = None
    alarm: bool | None = None
    overdue_at: datetime | None = None
    received_from: datetime | None = None
    received_until: datetime | None = None
    proposed_module: str | None = None
    proposed_urgency: str | None = None
    proposed_function: str | None = None
    search: str | None = None


_EQUAL = ("module", "urgency", "function", "procuratorate", "state", "channel", "model_version",
          "open", "needs_review", "alarm")  # fmt: skip


def conditions(wanted: ClueFilter) -> list[ColumnElement[bool]]:
    """The filter as conditions on ``clues``."""
    return [
        *(
            clues.c[name] == value
            for name in _EQUAL
            if (value := getattr(wanted, name)) is not None
        ),
        *_of_doubt(wanted),
        *_of_time(wanted),
        *_of_words(wanted),
        *_of_proposal(wanted),
    ]


def _of_doubt(wanted: ClueFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.to_look_at is not None:
        asked = or_(clues.c.needs_review, clues.c.state == "second_look")
        yield asked if wanted.to_look_at else ~asked


def _of_time(wanted: ClueFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.received_from is not None:
        yield clues.c.received_at >= wanted.received_from
    if wanted.received_until is not None:
        yield clues.c.received_at < wanted.received_until
    if wanted.overdue_at is not None:
        yield clues.c.looked_at.is_(None)
        yield clues.c.first_look_by < wanted.overdue_at
    if wanted.decided is not None:
        known = clues.c.state.in_(DECIDED)
        yield known if wanted.decided else ~known


def _of_words(wanted: ClueFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.reason is not None:
        yield (";" + clues.c.reasons + ";").contains(f";{wanted.reason};", autoescape=True)
    if wanted.search is not None:
        words = wanted.search.strip()
        yield (
            or_(
                clues.c.clue_id.istartswith(words, autoescape=True),
                clues.c.text.icontains(words, autoescape=True),
                clues.c.title.icontains(words, autoescape=True),
            )
            if words
            else ~false()
        )


def _of_proposal(wanted: ClueFilter) -> Iterator[ColumnElement[bool]]:
    asked = {
        field.name.removeprefix("proposed_"): value
        for field in fields(wanted)
        if field.name.startswith("proposed_") and (value := getattr(wanted, field.name)) is not None
    }
    if asked:
        yield exists().where(
            triages.c.clue_id == clues.c.clue_id,
            triages.c.role == "champion",
            *(triages.c[head] == code for head, code in asked.items()),
        )
