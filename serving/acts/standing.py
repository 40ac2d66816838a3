"""Where a clue stands after everything people did with it: a pure fold over its history.

A decision outranks the model for ever; only a later decision of a person replaces it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from serving.acts.decision import OPEN_STATES, STATES
from serving.queries.acts_in_force import effective
from serving.queries.clue_detail import Labels, ReviewEvent


@dataclass(frozen=True, slots=True)
class Standing:
    """``decided_…`` tell the act whose labels are in force, when there is one."""

    state: str
    labels: Labels
    decided_at: datetime | None = None
    decided_by: str | None = None
    decided_version: int | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


def fold(proposal: Labels, history: Sequence[ReviewEvent]) -> Standing:
    """The standing after ``history``; ``proposal`` are the model's labels."""
    events = effective(history)
    state = STATES[events[-1].act] if events else "new"
    for event in reversed(events):
        if event.labels is not None:
            return Standing(state, event.labels, event.at, event.actor, event.version)
    return Standing(state, proposal)
