"""Errors that a user sees: a stable code, and Chinese words that say where and what to do."""

from typing import ClassVar


class FenzhenError(Exception):
    """Base of every error meant for a user.

    ``code`` is stable and machine-readable; ``detail`` is Chinese display text.
    Neither ever contains the text of a clue.
    """

    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidClue(FenzhenError):
    """A clue that breaks the contract: empty, too long, not text."""

    code = "invalid_clue"
    title = "Invalid clue"


class _AllMistakes(FenzhenError):
    """Carries every mistake of ``source`` at once."""

    def __init__(self, source: str, mistakes: list[str]) -> None:
        self.source = source
        self.mistakes = mistakes
        lines = "\n".join(f"  {mistake}" for mistake in mistakes)
        super().__init__(f"{source} 有 {len(mistakes)} 处错误，请改正后重试：\n{lines}")


class InvalidConfiguration(_AllMistakes):
    """A taxonomy, gazetteer or settings file with mistakes."""

    code = "invalid_configuration"
    title = "Invalid configuration"


class InvalidTable(_AllMistakes):
    """A file of clues with bad rows."""

    code = "invalid_table"
    title = "Invalid table"


class InvalidBundle(FenzhenError):
    """A model bundle that is incomplete, altered, or of another format version."""

    code = "invalid_bundle"
    title = "Invalid model bundle"


class InvalidCheckpoint(FenzhenError):
    """A base checkpoint that is missing, half-written, altered, or does not fit its tokenizer."""

    code = "invalid_checkpoint"
    title = "Invalid base checkpoint"
