"""Every role and every scope against every action, one by one, as the table of the office says."""

from itertools import product

import pytest

from serving.access.errors import Forbidden
from serving.access.policy import (
    Action,
    Principal,
    Role,
    Scope,
    key_principal,
    require,
    user_principal,
)

# Columns: intake, reviewer, analyst, auditor, admin. Change it only together with the lawyers.
TABLE = """
CLASSIFY          yes no  no  no  no
READ_CLUES        yes yes yes no  no
FIND_SIMILAR      yes yes yes no  no
CLAIM             no  yes no  no  no
REVIEW            no  yes no  no  no
SECOND_LOOK       no  yes no  no  no
UNMASK            yes yes no  no  no
UNMASK_PROTECTED  no  yes no  no  no
READ_STATS        yes yes yes yes yes
MAKE_REPORT       no  yes yes no  no
EXPORT            no  no  yes no  no
RUN_JOBS          yes no  no  no  no
READ_MODEL        yes yes yes yes yes
CHANGE_MODEL      no  no  no  no  yes
READ_METRICS      no  no  yes no  yes
READ_AUDIT        no  no  no  yes no
MANAGE_USERS      no  no  no  no  yes
MANAGE_KEYS       no  no  no  no  yes
MANAGE_WEBHOOKS   no  no  no  no  yes
PURGE             no  no  no  no  yes
"""
ROLES = (Role.INTAKE, Role.REVIEWER, Role.ANALYST, Role.AUDITOR, Role.ADMIN)
CELLS = [
    (role, Action[name], word == "yes")
    for name, *words in (line.split() for line in TABLE.strip().splitlines())
    for role, word in zip(ROLES, words, strict=True)
]
SCOPES = {
    Scope.CLASSIFY: {Action.CLASSIFY, Action.READ_MODEL},
    Scope.READ: {Action.READ_CLUES, Action.FIND_SIMILAR},
    Scope.REVIEW: {Action.READ_CLUES, Action.REVIEW, Action.SECOND_LOOK},
    Scope.JOBS: {Action.RUN_JOBS},
    Scope.STATS: {Action.READ_STATS},
    Scope.EXPORT: {Action.EXPORT},
    Scope.METRICS: {Action.READ_METRICS},
    Scope.MODEL: {Action.READ_MODEL, Action.CHANGE_MODEL},
}


def test_the_table_names_every_role_and_action_once() -> None:
    assert sorted((role, action) for role, action, _ in CELLS) == sorted(product(Role, Action))
    assert set(SCOPES) == set(Scope)


@pytest.mark.parametrize(("role", "action", "allowed"), CELLS)
def test_a_role_may_do_what_the_table_says_and_nothing_else(
    role: Role, action: Action, allowed: bool
) -> None:
    principal = user_principal("wang", role, handles_protected=True)
    if allowed:
        require(principal, action)
    else:
        with pytest.raises(Forbidden, match=action.value.split("（")[0]):
            require(principal, action)


@pytest.mark.parametrize(("scope", "action"), [*product(Scope, Action)])
def test_a_key_may_do_what_its_scope_says_and_nothing_else(scope: Scope, action: Action) -> None:
    assert key_principal("fz_0a1b2c3d", (scope,)).may(action) is (action in SCOPES[scope])


@pytest.mark.parametrize("role", list(Role))
def test_protected_names_are_for_those_who_handle_such_clues(role: Role) -> None:
    without = user_principal("wang", role, handles_protected=False)
    assert not without.may(Action.UNMASK_PROTECTED)
    assert user_principal("wang", role, handles_protected=True).may(Action.UNMASK_PROTECTED) is (
        role is Role.REVIEWER
    )


def test_no_key_reads_an_original_manages_anything_or_erases() -> None:
    everything = key_principal("fz_0a1b2c3d", tuple(Scope))
    for action in Action:
        if action.name.startswith(("UNMASK", "MANAGE", "PURGE", "READ_AUDIT")):
            assert not everything.may(action)


def test_scopes_add_up_and_no_scope_is_nothing() -> None:
    both = key_principal("fz_0a1b2c3d", (Scope.READ, Scope.STATS))
    assert both.actions == SCOPES[Scope.READ] | SCOPES[Scope.STATS]
    assert key_principal("fz_0a1b2c3d", ()).actions == frozenset()


def test_a_principal_is_named_for_the_audit() -> None:
    assert user_principal("wang", Role.AUDITOR, handles_protected=False).name == "user:wang"
    assert key_principal("fz_0a1b2c3d", ()).name == "key:fz_0a1b2c3d"
    with pytest.raises(Forbidden):
        require(Principal("nobody", frozenset()), Action.READ_STATS)
