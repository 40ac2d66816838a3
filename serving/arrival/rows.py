"""A clue and its triage as rows: masked where it can be read, sealed where it is whole."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pydantic_core

from model.clue import Clue
from model.similarity import bigrams, signature
from model.taxonomy import Taxonomy
from model.triage import Triage
from serving.arrival.masking import folded, mask_clue
from serving.encryption import sealed_under
from serving.similar.store import to_bytes
from serving.storage.arrivals import Arrival, fingerprint, fingerprint_as_sent, submitted

_SPAN_TEXTS = {"evidence": {"__all__": {"text"}}, "places": {"__all__": {"text"}}}
"""The words of a clue inside its answer: left out where the answer is kept."""

ALARM = "critical"
"""The reason for review that stands for an emergency."""


Seal = Callable[[str, str], bytes]
"""Content and the clue's id, to which it is bound, → sealed."""


def arrival(
    clue: Clue,
    triage: Triage,
    taxonomy: Taxonomy,
    seal: Seal,
    received_at: datetime,
    milliseconds: float,
) -> Arrival:
    """The rows of a clue with an id and its first triage, which took ``milliseconds``."""
    assert clue.clue_id is not None  # noqa: S101 – given on arrival
    masked = mask_clue(clue)
    sealed = seal(_whole(clue), clue.clue_id)
    row = {
        "clue_id": clue.clue_id,
        "fingerprint": fingerprint(clue),
        "received_at": received_at,
        "submitted_at": submitted(clue),
        "channel": masked.channel,
        "title": masked.title,
        "text": masked.text,
        "location": masked.location,
        "sealed": sealed,
        "key_id": sealed_under(sealed),
        **standing(triage, taxonomy),
    }
    first = triage_row(clue.clue_id, triage, "champion", received_at, milliseconds)
    marks = {
        "clue_id": clue.clue_id,
        "signature": to_bytes(signature(bigrams(folded(masked.text)))),
        "compare_after": received_at,
    }
    return Arrival(clue.clue_id, row, first, marks, fingerprint_as_sent(clue))


def standing(triage: Triage, taxonomy: Taxonomy) -> dict[str, Any]:
    """What is known of a clue that nobody has looked at: the model's proposal."""
    alarm = ALARM in triage.reasons
    urgency = "critical" if alarm else triage.urgency.code
    heads = (triage.module, triage.urgency, triage.function)
    return {
        "state": "new",
        "version": 0,
        "module": triage.module.code,
        "secondary_modules": ";".join(label.code for label in triage.secondary_modules),
        "urgency": triage.urgency.code,
        "function": triage.function.code,
        "procuratorate": triage.unit.procuratorate.code,
        "needs_review": triage.needs_review,
        "alarm": alarm,
        "reasons": ";".join(triage.reasons),
        "model_version": triage.model.version,
        "open": True,
        "on_hold": False,
        "rank": taxonomy.urgency_by_code[urgency].rank,
        "first_look_by": triage.deadlines.first_look_by,
        "certainty": min(head.confidence for head in heads),
    }


def triage_row(
    clue_id: str, triage: Triage, role: str, now: datetime, milliseconds: float
) -> dict[str, Any]:
    """The row of a triage; ``role`` is champion or shadow."""
    return {
        "clue_id": clue_id,
        "role": role,
        "answered_at": now,
        "model_version": triage.model.version,
        "encoder": triage.model.encoder,
        "module": triage.module.code,
        "module_confidence": triage.module.confidence,
        "urgency": triage.urgency.code,
        "urgency_confidence": triage.urgency.confidence,
        "function": triage.function.code,
        "function_confidence": triage.function.confidence,
        "procuratorate": triage.unit.procuratorate.code,
        "secondary_modules": ";".join(label.code for label in triage.secondary_modules),
        "needs_review": triage.needs_review,
        "alarm": ALARM in triage.reasons,
        "reasons": ";".join(triage.reasons),
        "answer": triage.model_dump_json(exclude=_SPAN_TEXTS),
        "milliseconds": milliseconds,
    }


def restored(answer: str, text: str) -> str:
    """A kept answer as it was first given: the words put back from the clue, sent once more."""
    content = pydantic_core.from_json(answer)
    for span in (*content["evidence"], *content["places"]):
        span["text"] = text[span["start"] : span["end"]]
    return Triage.model_validate(content).model_dump_json()


WHOLE = ("text", "title", "location", "channel")
"""The fields that are sealed as they were sent."""


def _whole(clue: Clue) -> str:
    return clue.model_dump_json(include=set(WHOLE))
