"""Words that speak for danger, and sentences that try to command the software: data, not code."""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from model.conditions import Configured, Words
from model.configuration import parse_configuration, read_configuration


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"不是有效的正则表达式：第 {(error.pos or 0) + 1} 个字符附近") from error
    return pattern


_WORD_OF_DANGER, _MOST_WORDS = 0.2, 3
_AT_ONCE = 100.0
"""Beyond any margin of the model, and yet a number that JSON can hold."""

_APART = r"\s{0,2}"
"""自.杀, 自 杀: what is written apart so that no filter sees it (``Reading.clauses``)."""


class DangerCues(Configured):
    """Words of one kind of danger and why they matter; ``at_once`` outranks the model.

    ``harmless`` are sayings that hold such a word and mean nothing of the kind.
    """

    cues: Words
    harmless: tuple[str, ...] = ()
    legal_basis: Annotated[str, Field(min_length=1)]
    at_once: bool = False


Patterns = tuple[Annotated[str, AfterValidator(_compiles)], ...]


class Signals(Configured):
    danger: tuple[DangerCues, ...]
    instructions: Patterns
    tone: Patterns

    @cached_property
    def instruction_patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in self.instructions)

    @cached_property
    def _tone(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in self.tone) or r"(?!)")

    def mute_tone(self, text: str) -> str:
        """Blank out what is tone and no fact, and numbers that only identify; the length stays."""
        return self._tone.sub(lambda match: " " * len(match.group()), text)

    @cached_property
    def _danger_words(self) -> re.Pattern[str]:
        harmless = {saying for entry in self.danger for saying in entry.harmless}
        at_once = {cue for entry in self.danger if entry.at_once for cue in entry.cues}
        cues = {cue for entry in self.danger for cue in entry.cues} - at_once
        kinds = (("harmless", harmless, ""), ("at_once", at_once, _APART), ("cue", cues, ""))
        # The longest first: a saying is longer than the word it holds.
        ranked = sorted(
            ((word.lower(), kind, apart) for kind, words, apart in kinds for word in words),
            key=lambda each: (-len(each[0]), each),
        )
        # By first character, which a search finds at once; words tried at every place take a
        # quarter of a second on 20,000 characters.
        by_first: dict[str, list[str]] = {}
        for number, (word, kind, apart) in enumerate(ranked):
            rest = f"(?P<{kind}_{number}>{_spelt_on(word, apart)})"
            by_first.setdefault(re.escape(word[0]), []).append(rest)
        found = (f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items())
        return re.compile("|".join(found) or r"(?!)")

    @cached_property
    def _any_cue(self) -> re.Pattern[str]:
        cues = sorted({cue.lower() for entry in self.danger for cue in entry.cues})
        return re.compile("|".join(map(re.escape, cues)) or r"(?!)")

    def count_danger(self, text: str) -> int:
        """How many distinct words of danger to life or limb a cleaned text holds."""
        return _distinct(self._danger(text))

    def danger_spans(self, text: str) -> list[tuple[int, int]]:
        """Where a text (``Reading.clauses``) holds words of danger."""
        return [match.span() for match in self._danger(text)]

    def _danger(self, text: str) -> list[re.Match[str]]:
        if not self._any_cue.search("".join(text.split())):
            return []  # as in most texts, and told in a twentieth of the time
        found = self._danger_words.finditer(text)
        return [match for match in found if not str(match.lastgroup).startswith("harmless")]

    def danger_score(self, text: str) -> float:
        """What the words of a cleaned text add to the margin of an emergency: 0.2 for each of at
        most three, and more than the model could take back for one that counts at once."""
        found = self._danger(text)
        if any(str(match.lastgroup).startswith("at_once") for match in found):
            return _AT_ONCE
        return _WORD_OF_DANGER * min(_distinct(found), _MOST_WORDS)


def _distinct(found: Iterable[re.Match[str]]) -> int:
    """Words, however they are written apart."""
    return len({"".join(match.group().split()) for match in found})


def _spelt_on(word: str, apart: str) -> str:
    """What follows the first character."""
    return "".join(apart + re.escape(letter) for letter in word[1:])


def parse_signals(source: str, content: str) -> Signals:
    """Raises InvalidConfiguration with every mistake."""
    return parse_configuration(source, content, Signals, lambda _: ())


def load_signals(path: Path) -> Signals:
    """Raises InvalidConfiguration with every mistake."""
    return parse_signals(path.name, read_configuration(path))
