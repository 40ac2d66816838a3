"""A clue as the encoder reads it: cleaned, screened, the title in front of the text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from re import Pattern

from model.clean import Cleaned, clean
from model.clue import Clue
from model.screen import screen

_DIGIT = re.compile(r"\d")
"""Digits are read as 0: that there is a date, a sum or a telephone number matters, not which."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``encoded`` is what the encoder reads; ``body`` the cleaned text it ends with, which begins
    at ``body_start``; ``reasons`` are those of screening."""

    encoded: str
    body: Cleaned
    body_start: int
    reasons: tuple[str, ...]


def read_clue(clue: Clue, instructions: Sequence[Pattern[str]]) -> Reading:
    """Clean and screen a clue."""
    body = clean(clue.text)
    screening = screen(body.text, instructions)
    title = screen(clean(clue.title or "").text, instructions).text
    front = f"{title}\n" if title.strip() else ""
    encoded = _DIGIT.sub("0", front + screening.text)
    return Reading(encoded, body, len(front), screening.reasons)
