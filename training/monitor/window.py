"""A window of time: what people sent, how the model read it, and what reviewers made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.near_copies import near_copy_links
from training.readings import HEADS, read_clues
from training.unlabelled import read_unlabelled
from training.vectors import Floats


@dataclass(frozen=True, slots=True)
class Answer:
    """One clue as it was answered; ``corrected`` per head where a person has decided."""

    text: str
    labels: Mapping[str, str]
    confidence: Mapping[str, float]
    abstains: bool
    corrected: Mapping[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The answers of a window, each matter once, and how many near-copies were left out.

    A letter that a hundred people send is one event: counted a hundred times it would make any
    test cry wolf.
    """

    name: str
    answers: tuple[Answer, ...]
    copies: int

    @classmethod
    def of(cls, name: str, answers: Sequence[Answer]) -> "Window":
        again = {later for _, later in near_copy_links([answer.text for answer in answers])}
        kept = tuple(answer for i, answer in enumerate(answers) if i not in again)
        return cls(name, kept, len(again))

    @property
    def texts(self) -> list[str]:
        return [answer.text for answer in self.answers]

    def labels(self, head: str) -> NDArray[np.str_]:
        return np.array([answer.labels[head] for answer in self.answers])

    def confidence(self, head: str) -> Floats:
        return np.array([answer.confidence[head] for answer in self.answers])

    def abstentions(self) -> Floats:
        return np.array([float(answer.abstains) for answer in self.answers])

    def corrections(self, head: str) -> Floats:
        """Of the answers that a person has decided: 1 where the label was corrected."""
        decided = (answer.corrected for answer in self.answers if answer.corrected is not None)
        return np.array([float(corrected[head]) for corrected in decided])


def window_of_file(path: Path, bundle: Path) -> Window:
    """The clues of a file, read now by a bundle; nothing is known of corrections.

    Raises InvalidTable, InvalidBundle.
    """
    clues = read_unlabelled(path)
    answers = [
        Answer(
            clue.text,
            reading.chosen,
            {head: reading.probabilities[head][reading.chosen[head]] for head in HEADS},
            reading.abstains,
        )
        for clue, reading in zip(clues, read_clues(bundle, clues), strict=True)
    ]
    return Window.of(path.name, answers)


def answers_of_service(
    answers: Iterable[Mapping[str, object]], decided: Iterable[Mapping[str, object]]
) -> list[tuple[str, Answer]]:
    """When answered (ISO 8601) and how, of the champion's rows of the service's two views."""
    final = {str(row["clue_id"]): row for row in decided}
    return [
        (str(row["answered_at"]), _answer(row, final.get(str(row["clue_id"]))))
        for row in answers
        if row.get("role", "champion") == "champion"
    ]


def _answer(row: Mapping[str, object], decision: Mapping[str, object] | None) -> Answer:
    return Answer(
        text=str(row.get("text", "")),
        labels={head: str(row[head]) for head in HEADS},
        confidence={head: float(str(row[f"{head}_confidence"])) for head in HEADS},
        abstains=str(row.get("needs_review", "")).lower() in ("1", "true", "t"),
        corrected=None if decision is None else {h: row[h] != decision[h] for h in HEADS},
    )
