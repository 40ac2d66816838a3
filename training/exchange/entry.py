"""What a reader of any format finds: one labelling after the other, and what staff should know."""

from collections.abc import Mapping
from dataclasses import dataclass

from training.labelled_clue import Mistake


@dataclass(frozen=True, slots=True)
class Entry:
    """One person's labelling of one clue, in the columns of a labelled file, not yet examined."""

    file: str
    place: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a file that was read, mended or passed over; no row was refused for it."""

    file: str
    message: str


Found = Entry | Mistake | Notice
