"""A model that takes part in a comparison, and what it answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from model.bundle import Bundle, read_bundle
from model.golden import GoldenClue, GoldenMistake, golden_mistakes
from model.triager import Triager
from training.answers import Answers, ask
from training.labelled import LabelledClue
from training.routing import Router

_WARMING = 5
"""Clues answered before time is taken: the first answer loads the dictionary."""


@dataclass(frozen=True, slots=True)
class Contender:
    """``name`` is what the user called it: a folder or a registered model."""

    name: str
    bundle: Bundle
    triager: Triager

    @classmethod
    def load(cls, name: str, folder: Path) -> "Contender":
        """Raises InvalidBundle."""
        bundle = read_bundle(folder)
        return cls(name, bundle, Triager.from_bundle(bundle))

    def answer(
        self, clues: Sequence[LabelledClue], now: datetime, advance: Callable[[], None]
    ) -> Answers:
        """Answer every clue as the service would."""
        for item in clues[:_WARMING]:
            self.triager.triage(item.clue, now)
        return ask(self.triager, clues, Router.of(self.bundle), now, advance)

    def golden_mistakes(self, golden: Sequence[GoldenClue], now: datetime) -> list[GoldenMistake]:
        return [
            mistake
            for item in golden
            for mistake in golden_mistakes(item, self.triager.triage(item.clue, now))
        ]
