"""The people of the demonstration: one for every role, with a password that everybody knows."""

from functools import cache

from serving.access.login import User
from serving.access.passwords import hash_password
from serving.access.policy import Role
from serving.demonstration.reviewers import REVIEWERS

PASSWORD = "Yanshi-2026"  # noqa: S105 – it opens nothing but composed clues

_OTHERS = (
    ("yanshi-shouli", "演示受理", Role.INTAKE),
    ("yanshi-fenxi", "演示分析", Role.ANALYST),
    ("yanshi-shenji", "演示审计", Role.AUDITOR),
    ("yanshi-guanli", "演示管理", Role.ADMIN),
)


@cache
def accounts() -> tuple[User, ...]:
    hashed = hash_password(PASSWORD)
    people = [(r.username, r.display_name, Role.REVIEWER) for r in REVIEWERS]
    return tuple(
        User(username, name, role, hashed, handles_protected=role is Role.REVIEWER)
        for username, name, role in (*people, *_OTHERS)
    )
