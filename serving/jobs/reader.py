"""What reads the rows of a job: each is stored and answered like any other clue, then masked."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

from model.clue import Clue
from model.errors import FenzhenError
from model.privacy import mask
from model.tables import BadRow, Row
from model.triage import ModelIdentity, Triage
from serving.arrival.line import Line, OverloadedError
from serving.arrival.masking import mask_clue, mask_texts
from serving.models.holder import Holder
from serving.problems import RefusedError
from serving.storage.database import StorageUnavailableError


class StoppedError(Exception):
    """The service ends; the job goes on after the next start."""


class RefusedRowError(FenzhenError):
    """One row that could not be answered, in the words of the refusal."""

    code = "invalid_clue"
    title = "Invalid clue"


class StoringReader:
    """Stands in for a ``Triager``. ``number`` is the row being read.

    A row without an id gets one from job and row, so that a job begun anew stores nothing twice.
    """

    def __init__(self, job_id: str, line: Line, holder: Holder, stopping: threading.Event) -> None:
        self._job_id = job_id
        self._line = line
        self._stopping = stopping
        self.number = 0
        self.identity: ModelIdentity = holder.triager().identity

    def triage(self, clue: Clue) -> Triage:
        """Waits while there is no room or no database, which is no fault of the row.

        Raises FenzhenError for this row alone, StoppedError for the whole.
        """
        if clue.clue_id is None:
            clue = clue.model_copy(update={"clue_id": f"{self._job_id}-{self.number}"})
        try:
            answer = Triage.model_validate_json(self._answer(clue))
        except RefusedError as refusal:
            raise RefusedRowError(refusal.problem.detail) from None
        return _masked_spans(answer, mask_clue(clue).text)

    def _answer(self, clue: Clue) -> str:
        while not self._stopping.is_set():
            try:
                return self._line.submit(clue).result()
            except (OverloadedError, StorageUnavailableError):
                time.sleep(0.2)  # whoever waits at the other end of a line goes first
        raise StoppedError


def _masked_spans(triage: Triage, masked_text: str) -> Triage:
    evidence, places = (
        tuple(
            span.model_copy(update={"text": masked_text[span.start : span.end]}) for span in spans
        )
        for spans in (triage.evidence, triage.places)
    )
    return triage.model_copy(update={"evidence": evidence, "places": places})


def masked(row: Row | BadRow) -> dict[str, object]:
    """The columns of a row as a file may hold them: texts, names and numbers masked together at
    every depth; a number in which nothing was found stays one."""
    if isinstance(row, BadRow):
        return {}
    texts = list(dict.fromkeys(_texts(row.values)))
    covered = dict(zip(texts, mask_texts(texts), strict=True))
    return _covered_names(row.values, covered)


def masked_mistake(row: Row | BadRow) -> Row | BadRow:
    """A mistake names columns, and the name of a column may be anything."""
    if isinstance(row, Row):
        return row
    return replace(row, mistake=mask(row.mistake).text)


def _texts(value: object) -> Iterator[str]:
    """All that can be read in a value of JSON."""
    if isinstance(value, dict):
        yield from chain.from_iterable(map(_texts, chain(value, value.values())))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_texts, value))
    elif value is not None:
        yield str(value)


def _covered(value: object, covered: Mapping[str, str | None]) -> object:
    if isinstance(value, dict):
        return _covered_names(value, covered)
    if isinstance(value, list):
        return [_covered(part, covered) for part in value]
    if value is None or covered[str(value)] == str(value):
        return value
    return covered[str(value)]


def _covered_names(
    values: Mapping[str, object], covered: Mapping[str, str | None]
) -> dict[str, object]:
    """Names that are alike once they are covered are numbered, so that no value is lost."""
    found: dict[str, object] = {}
    alike: Counter[str] = Counter()
    for name, value in values.items():
        shown = unique = covered[name] or name
        while unique in found:
            alike[shown] += 1
            unique = f"{shown} ({alike[shown] + 1})"
        found[unique] = _covered(value, covered)
    return found
