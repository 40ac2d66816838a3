"""People of the tests."""

from dataclasses import dataclass, field

from serving.access.policy import Action


@dataclass(frozen=True)
class Person:
    """May do everything unless told otherwise."""

    name: str = "user:甲"
    allowed: frozenset[Action] = field(default=frozenset(Action))
    handles_protected: bool = True

    def may(self, action: Action) -> bool:
        return action in self.allowed


JIA = Person("user:甲")
YI = Person("user:乙")
NOBODY = Person("user:无", frozenset(), False)
