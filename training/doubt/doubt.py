"""A reason to look at one label of one clue again."""

from dataclasses import dataclass
from typing import Literal

Source = Literal["others", "near_copy", "rule"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """``row`` is the clue's position, ``head`` the label in doubt, ``strength`` in (0, 1), ``why``
    Chinese; ``likelier`` is a code where the source of the doubt names one."""

    row: int
    head: str
    source: Source
    strength: float
    why: str
    likelier: str | None = None
