"""When a rule of the taxonomy applies: the words and labels that it looks for."""

import re
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
Codes = Annotated[tuple[Code, ...], Field(min_length=1)]
Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]

_GAP = 15
_SENTENCE_END = "。！？!?；;\n"
_GAPS = {"…": _SENTENCE_END, "～": f"{_SENTENCE_END},，"}
"""What may not stand between two parts of a cue, by the sign between them."""
_SIGN = re.compile(f"([{''.join(_GAPS)}])")


class Configured(BaseModel):
    """Base of everything read from configuration: closed, immutable, no coercion of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class MatterCondition(Configured):
    """Holds when every field that is given fits: the labels are among its codes, a cue occurs and
    none of ``unless`` does."""

    modules: Codes | None = None
    functions: Codes | None = None
    cues: Words | None = None
    unless: Words | None = None

    def holds_for(self, module: str, function: str, text: str) -> bool:
        return (
            (self.modules is None or module in self.modules)
            and (self.functions is None or function in self.functions)
            and (self.cues is None or occurs(self.cues, text))
            and (self.unless is None or not occurs(self.unless, text))
        )


class SecondaryCondition(MatterCondition):
    """As above, and by any one secondary module."""

    secondary: Codes | None = None

    def holds_beside(self, secondary: tuple[str, ...]) -> bool:
        return self.secondary is None or not set(self.secondary).isdisjoint(secondary)


def occurs(cues: tuple[str, ...], text: str) -> bool:
    """Whether any cue stands in ``text``.

    “投诉…检察官” asks for both parts in that order within one sentence, “控告～检察院” within one
    clause, at most 15 characters apart.
    """
    return any(
        _gapped(cue).search(text) is not None if _SIGN.search(cue) else cue in text for cue in cues
    )


@lru_cache(maxsize=1024)
def _gapped(cue: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            f"[^{re.escape(_GAPS[part])}]{{0,{_GAP}}}?" if part in _GAPS else re.escape(part)
            for part in _SIGN.split(cue)
        )
    )
