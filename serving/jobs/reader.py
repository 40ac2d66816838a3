"""What reads the rows of a job: each is stored and answered like any other clue, then masked."""

import threading
import time

from model.clue import Clue
from model.errors import FenzhenError
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
    """The columns of a row as a file may hold them: every text masked, numbers as they are."""
    if isinstance(row, BadRow):
        return {}
    texts = [value if isinstance(value, str) else None for value in row.values.values()]
    covered = mask_texts(texts)
    return {
        name: value if text is None else text
        for (name, value), text in zip(row.values.items(), covered, strict=True)
    }
