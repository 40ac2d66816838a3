"""Which acts of a clue's history stand."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class _Acted(Protocol):
    @property
    def act(self) -> str: ...


Acted = TypeVar("Acted", bound=_Acted)


def effective(history: Iterable[Acted]) -> list[Acted]:
    """The acts that stand, oldest first: a withdrawal takes back the act before it."""
    standing: list[Acted] = []
    for event in history:
        if event.act == "withdraw":
            standing.pop()
        else:
            standing.append(event)
    return standing
