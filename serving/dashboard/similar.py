"""What the dashboard shows of a clue much like the one that is open."""

from dataclasses import dataclass
from datetime import datetime

from serving.queries.clue_detail import Labels


@dataclass(frozen=True, slots=True)
class SimilarClue:
    """``likeness`` is in [0, 1]; ``labels`` are a person's where ``decided_at`` is set."""

    clue_id: str
    title: str | None
    received_at: datetime
    likeness: float
    state: str
    labels: Labels
    decided_at: datetime | None
    decided_by: str | None
