"""A clue as it is read: cleaned, screened, the title in front of the text."""

import re
from dataclasses import dataclass

from model.clean import Cleaned, clean
from model.clue import Clue
from model.screen import screen
from model.signals import Signals

_DIGIT = re.compile(r"\d")
"""Digits are read as 0: that there is a date, a sum or a telephone number matters, not which."""

_OF_A_TITLE = {"instruction_in_text"}
"""What screening may say of a title: it is short by nature."""

_PUNCTUATION = re.compile(r"[^\w\s]|_")
"""How someone punctuates says who writes, not what happened; voice input has none at all."""

_WITHIN_A_CLAUSE = re.compile(r"[^\w\s.,;:!?。、]|_|(?<=\w)[.、](?=\w)")
"""What stands between the characters of a word written apart (自*杀, 自.杀), and not between
clauses: 处罚太轻，生产照样进行 speaks of nobody's death."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``encoded`` is what is counted: neither digits, punctuation nor tone. ``written``, of the
    same length, keeps them, as a reader of sentences needs; ``whole`` keeps the instructions to
    the software, too; ``clauses`` is the whole with nothing but clause marks between words, where
    words of danger are looked for: what is taken for an instruction must not hide one. All end
    with ``body``, the cleaned text, which begins at ``body_start``; ``reasons`` are those of
    screening."""

    encoded: str
    written: str
    whole: str
    clauses: str
    body: Cleaned
    body_start: int
    reasons: tuple[str, ...]


def read_clue(clue: Clue, signals: Signals) -> Reading:
    """Clean and screen a clue; facts are read, not tone (label contract)."""
    instructions = signals.instruction_patterns
    body = clean(clue.text)
    screening = screen(body.text, instructions)
    title = clean(clue.title or "").text
    screened = screen(title, instructions)
    whole = _together(title, body.text)
    written = _together(screened.text, screening.text)
    facts = signals.mute_tone(_DIGIT.sub("0", written))
    reasons = dict.fromkeys((*screening.reasons, *(_OF_A_TITLE & set(screened.reasons))))
    return Reading(
        _PUNCTUATION.sub(" ", facts), written, whole, _WITHIN_A_CLAUSE.sub(" ", whole), body,
        len(whole) - len(body.text), tuple(reasons),
    )  # fmt: skip


def whole_text(clue: Clue) -> str:
    """Title and text as places and words are looked for in them: cleaned, not screened."""
    return _together(clean(clue.title or "").text, clean(clue.text).text)


def _together(title: str, text: str) -> str:
    return f"{title}\n{text}" if title else text
