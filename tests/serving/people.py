"""People of the tests."""

from serving.access.policy import Action, Principal

JIA = Principal("user:甲", frozenset(Action))
YI = Principal("user:乙", frozenset(Action))
NOBODY = Principal("user:无", frozenset())
