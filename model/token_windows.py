"""A text as windows of tokens that know where in it they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from model.windows import window_starts

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LARGEST_WINDOW = 512
MOST_WINDOWS = 16

_UNKNOWN = ("<unk>", "[UNK]")


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """How texts are cut: ``prefix`` before each window (what the encoder was pretrained with),
    at most ``windows`` windows of at most ``window`` tokens, specials and prefix included."""

    prefix: str
    window: int
    windows: int


@dataclass(frozen=True, slots=True)
class TokenWindow:
    """Token ``ids`` (t,) and the half-open spans ``starts``, ``ends`` (t,) they cover in the text;
    specials and prefix cover nothing."""

    ids: NDArray[np.int64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class TokenisedText:
    """The windows of one text, and the share of its visible characters that the vocabulary has."""

    windows: tuple[TokenWindow, ...]
    known: float


class WindowCutter:
    """A tokenizer and the plan by which it cuts texts. Raises ValueError when they do not fit."""

    def __init__(self, tokenizer: "Tokenizer", plan: ReadingPlan) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self.plan = plan
        specials = tokenizer.encode("").ids
        prefix = tokenizer.encode(plan.prefix.rstrip(), add_special_tokens=False).ids
        self._front, self._back = [*specials[:1], *(prefix if plan.prefix else [])], specials[1:]
        self._room = plan.window - len(self._front) - len(self._back)
        if self._room < 8:
            raise ValueError(f"a window of {plan.window} tokens leaves no room for text")
        found = (tokenizer.token_to_id(token) for token in _UNKNOWN)
        self._unknown = next((number for number in found if number is not None), -1)

    def cut(self, texts: Sequence[str]) -> list[TokenisedText]:
        """Windows of each text, in order."""
        return [self._cut(text) for text in texts]

    def _cut(self, text: str) -> TokenisedText:
        found = self._tokenizer.encode(text, add_special_tokens=False)
        ids = np.array(found.ids, dtype=np.int64)
        spans = np.array(found.offsets, dtype=np.int32).reshape(-1, 2)
        starts = window_starts(ids.size, self._room, self.plan.windows)
        return TokenisedText(
            tuple(self._window(ids, spans, start) for start in starts),
            self._known(ids, spans, text),
        )

    def _window(self, ids: NDArray[np.int64], spans: NDArray[np.int32], start: int) -> TokenWindow:
        part = slice(start, start + self._room)
        front, back = np.zeros((len(self._front), 2)), np.zeros((len(self._back), 2))
        covered = np.concatenate([front, spans[part], back]).astype(np.int32)
        every = np.concatenate([self._front, ids[part], self._back]).astype(np.int64)
        return TokenWindow(every, covered[:, 0], covered[:, 1])

    def _known(self, ids: NDArray[np.int64], spans: NDArray[np.int32], text: str) -> float:
        visible = sum(1 for character in text if not character.isspace())
        unknown = spans[ids == self._unknown]
        return 1 - float((unknown[:, 1] - unknown[:, 0]).sum()) / max(1, visible)
