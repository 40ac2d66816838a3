"""Filling a marked database: clues read by the real model, reviews by simulated people."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from model.clue import Clue
from model.taxonomy import Taxonomy
from model.triage import Triage
from model.triager import Triager
from serving.acts.claims import claim
from serving.acts.review import review
from serving.acts.unmask import Open
from serving.arrival.comparing import compare_all
from serving.arrival.rows import Seal, arrival, triage_row
from serving.demonstration.composed import ComposedClue, composed_clues
from serving.demonstration.marker import require_mark
from serving.demonstration.reviewers import REVIEWERS, SimulatedReviewer, decide, delay
from serving.queries.clue_detail import Labels
from serving.storage.arrivals import Arrival, store, store_shadows
from serving.storage.database import Database

_TOGETHER = 200
_UNDO = timedelta(0)
_SURE_ONES = 0.8
"""Share reviewed of what the model is sure of; the rest nobody got round to."""

_SEEN_TWICE = 0.12
"""Share of reviewed clues that a second person looks at too: what agreement is measured on."""

_MORNING = timedelta(hours=5)
"""What came in since then still waits."""

_WATCHED = timedelta(days=30)
_FEW_WORDS = 30

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    clues: int
    reviews: int


@dataclass(slots=True)
class _Case:
    """A stored clue, the labels in force and its version."""

    clue: ComposedClue
    labels: Labels
    version: int = field(default=0)


@dataclass(frozen=True, slots=True, order=True)
class _Look:
    """Somebody looks at a case at a moment."""

    at: datetime
    number: int
    reviewer: SimulatedReviewer = field(compare=False)
    case: _Case = field(compare=False)


def fill(
    database: Database, triager: Triager, seal: Seal, unseal: Open, *, count: int, days: int,
    now: datetime, progress: Progress = lambda done, total: None,
) -> Filled:  # fmt: skip
    """Raises NotADemonstrationError before anything is written."""
    with database.read() as connection:
        require_mark(connection)
    dealer = random.Random(11)  # noqa: S311 – reproducible, not secret
    composed = composed_clues(count, days, now)
    looks: list[_Look] = []
    for start in range(0, count, _TOGETHER):
        part = composed[start : start + _TOGETHER]
        stored = [_read(clue, triager, seal, dealer) for clue in part]
        watched = _watched(part, triager, now)
        with database.write() as connection:
            require_mark(connection)
            store(connection, [row for row, _ in stored])
            if watched:
                store_shadows(connection, watched)
        for clue, (row, labels) in zip(part, stored, strict=True):
            looks += _looks(_Case(clue, labels), row, dealer, now)
        progress(start + len(part), count)
    compare_all(database, now)
    looks.sort()
    for start in range(0, len(looks), _TOGETHER):
        with database.write() as connection:
            require_mark(connection)
            some = looks[start : start + _TOGETHER]
            _look_at(connection, some, triager.taxonomy, unseal, dealer)
    return Filled(len(composed), len(looks))


def _read(
    clue: ComposedClue, triager: Triager, seal: Seal, dealer: random.Random
) -> tuple[Arrival, Labels]:
    sent = Clue(
        clue_id=clue.clue_id, title=clue.title, text=clue.text, channel=clue.channel,
        submitted_at=clue.submitted_at,
    )  # fmt: skip
    triage = triager.triage(sent)
    milliseconds = round(dealer.lognormvariate(1.3, 0.4), 2)  # nobody waited for these answers
    row = arrival(sent, triage, triager.taxonomy, seal, clue.submitted_at, milliseconds)
    return row, _labels(triage)


def _watched(part: Sequence[ComposedClue], triager: Triager, now: datetime) -> list[dict[str, Any]]:
    """Answers of a model that is only watched: the same one, shown no more than a few words."""
    recent = (clue for clue in part if clue.submitted_at > now - _WATCHED)
    rows = []
    for clue in recent:
        sent = Clue(text=clue.text[:_FEW_WORDS], submitted_at=clue.submitted_at)
        triage = triager.triage(sent)
        row = triage_row(clue.clue_id, triage, "shadow", clue.submitted_at, 1.0)
        rows.append({**row, "model_version": "yanshi-shadow"})
    return rows


def _labels(triage: Triage) -> Labels:
    secondary = tuple(label.code for label in triage.secondary_modules)
    return Labels(triage.module.code, secondary, triage.urgency.code, triage.function.code,
                  triage.unit.procuratorate.code)  # fmt: skip


def _looks(case: _Case, row: Arrival, dealer: random.Random, now: datetime) -> list[_Look]:
    """Who will look at a clue, and when; nobody has yet at what came in this morning."""
    arrived = case.clue.submitted_at
    wanted = bool(row.clue["needs_review"]) or dealer.random() < _SURE_ONES
    at = arrived + delay(row.clue["urgency"], dealer)
    if not wanted or at >= now or arrived > now - _MORNING:
        return []
    first, second = dealer.sample(REVIEWERS, 2)
    looks = [_Look(at, dealer.getrandbits(32), first, case)]
    again = at + timedelta(hours=dealer.uniform(1, 30))
    if dealer.random() < _SEEN_TWICE and again < now:
        looks.append(_Look(again, dealer.getrandbits(32), second, case))
    return looks


def _look_at(
    connection: Connection, looks: Sequence[_Look], taxonomy: Taxonomy, unseal: Open,
    dealer: random.Random,
) -> None:  # fmt: skip
    for look in looks:
        case, reviewer = look.case, look.reviewer
        true = case.clue.labels(case.labels.procuratorate)
        decision = decide(case.labels, true, reviewer, taxonomy, dealer)
        claim(connection, reviewer.principal, case.clue.clue_id, now=look.at)
        case.version = review(
            connection, reviewer.principal, case.clue.clue_id, case.version, decision, taxonomy,
            unseal, now=look.at, undo=_UNDO,
        )  # fmt: skip
        case.labels = decision.labels or case.labels
