"""A clue with its labels, and a mistake in a row that should have been one."""

from dataclasses import dataclass
from typing import Literal

from model.clue import Clue

CLUE_COLUMNS = ("text", "clue_id", "title", "channel", "location", "submitted_at")
LABEL_COLUMNS = ("module", "urgency", "function")
OTHER_COLUMNS = (
    "secondary_modules", "source", "labeller", "labelled_at", "note", "author_group", "split",
)  # fmt: skip
COMPOSED = "composed"
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class LabelledClue:
    """A clue and its labels (label contract).

    ``author_group`` names the imagined sender or common idea; splits never divide a group.
    ``split`` is ``train`` unless the row says ``test``: such a clue is never learned from.
    ``source`` is ``composed`` for text that no citizen wrote and ``service`` for a decision made
    in the service. ``labelled_at`` is ISO 8601 or empty. ``where`` is its file and row.
    """

    clue: Clue
    module: str
    secondary_modules: tuple[str, ...]
    urgency: str
    function: str
    author_group: str
    split: str
    source: str
    where: str
    labeller: str = ""
    labelled_at: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """What staff find it by: its id, else its file and row."""
        return self.clue.clue_id or self.where

    @property
    def labels(self) -> tuple[str, str, str, frozenset[str]]:
        """Module, urgency, function and the set of secondary modules."""
        return self.module, self.urgency, self.function, frozenset(self.secondary_modules)


MistakeKind = Literal["content", "code", "combination", "identifier", "file"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row or file, in Chinese and never with its text.

    ``place`` is the row as staff count it, ``第 3 行``; it and ``column`` may be empty.
    """

    kind: MistakeKind
    file: str
    place: str
    column: str
    reason: str

    def __str__(self) -> str:
        column = f"{self.column} 列：" if self.column else ""
        return f"{' '.join(filter(None, (self.file, self.place)))} {column}{self.reason}"
