"""A triage: where a clue belongs, how urgent it is, who should handle it, how sure we are and why.

The same object over HTTP, on the command line, in JSON Lines and in notebooks.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Head = Literal["module", "urgency", "function", "secondary_modules"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Part):
    """One label of one head. ``confidence`` is a calibrated probability in [0, 1]."""

    code: str
    name: str
    confidence: float = Field(ge=0, le=1)


class Prediction(Label):
    """The label proposed by a head.

    ``candidates`` holds the true label with the coverage that the bundle states.
    """

    alternatives: tuple[Label, ...]
    candidates: tuple[str, ...]


class Named(_Part):
    code: str
    name: str


class AlternativeUnit(_Part):
    """Another procuratorate that could be competent, and the rule that would choose it."""

    procuratorate: Named
    rule: str


class Unit(_Part):
    """Procuratorate × function, the rule that chose it and that rule's legal basis."""

    procuratorate: Named
    function: str
    name: str
    rule: str
    legal_basis: str
    alternatives: tuple[AlternativeUnit, ...] = ()


class AssistingUnit(_Part):
    """A second function of the same procuratorate that works along."""

    procuratorate: Named
    function: str
    name: str
    rule: str
    legal_basis: str


class WhereTo(_Part):
    """Where someone should turn whose matter no procuratorate may handle."""

    code: str
    name: str
    advice: str


class Deadlines(_Part):
    """When a person must have looked, replied and reported. Times are Asia/Shanghai."""

    first_look_by: datetime
    procedural_reply_by: date
    result_by: date
    basis: str
    note: str | None = None


class Evidence(_Part):
    """A span that raised the label of ``head``; offsets are code points of the text as sent."""

    start: int
    end: int
    text: str
    head: Head
    weight: float


class Place(_Part):
    """A place, court or agency named in the text and the procuratorate it points to."""

    start: int
    end: int
    text: str
    procuratorate: str


class ModelIdentity(_Part):
    name: str
    version: str
    encoder: str


class Triage(_Part):
    """The answer to one clue. It proposes; a person decides."""

    clue_id: str | None
    module: Prediction
    secondary_modules: tuple[Label, ...]
    urgency: Prediction
    function: Prediction
    unit: Unit
    assisting_units: tuple[AssistingUnit, ...]
    where_to: WhereTo | None
    deadlines: Deadlines
    evidence: tuple[Evidence, ...]
    places: tuple[Place, ...]
    missing: tuple[str, ...]
    needs_review: bool
    reasons: tuple[str, ...]
    model: ModelIdentity
