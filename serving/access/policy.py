"""Who may do what: the one table. In code, so that no edit of a file on the server widens it.

Duties are kept apart as GB/T 22239-2019 (等保 2.0, three roles of administration) asks: the
administrator reads no clue, the auditor changes nothing, the analyst sees masked texts only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from serving.access.errors import Forbidden


class Role(StrEnum):
    """What a person is here for."""

    INTAKE = "intake"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a system's API key is for."""

    CLASSIFY = "classify"
    READ = "read"
    REVIEW = "review"
    JOBS = "jobs"
    STATS = "stats"
    EXPORT = "export"
    METRICS = "metrics"
    MODEL = "model"


class Action(StrEnum):
    """Everything that the service does for somebody; the value is what staff read."""

    CLASSIFY = "提交线索"
    READ_CLUES = "查看线索（已遮盖）"
    FIND_SIMILAR = "查看相似线索"
    CLAIM = "领取线索"
    REVIEW = "复核线索"
    SECOND_LOOK = "请求或完成二次复核"
    UNMASK = "查看原文（未成年人与举报人姓名仍遮盖）"
    UNMASK_PROTECTED = "查看未成年人与举报人姓名"
    READ_STATS = "查看统计"
    MAKE_REPORT = "生成报表"
    EXPORT = "导出已标注线索与应答"
    RUN_JOBS = "批量处理文件"
    READ_MODEL = "查看模型"
    CHANGE_MODEL = "更换模型"
    READ_METRICS = "读取运行指标"
    READ_AUDIT = "查看与校验审计记录"
    MANAGE_USERS = "管理用户"
    MANAGE_KEYS = "管理接口密钥"
    MANAGE_WEBHOOKS = "管理回调"
    PURGE = "清除到期线索"


A = Action
ROLES: Mapping[Role, frozenset[Action]] = MappingProxyType({
    Role.INTAKE: frozenset({
        A.CLASSIFY, A.READ_CLUES, A.FIND_SIMILAR, A.UNMASK, A.RUN_JOBS, A.READ_STATS, A.READ_MODEL,
    }),
    Role.REVIEWER: frozenset({
        A.READ_CLUES, A.FIND_SIMILAR, A.CLAIM, A.REVIEW, A.SECOND_LOOK, A.UNMASK,
        A.UNMASK_PROTECTED, A.READ_STATS, A.MAKE_REPORT, A.READ_MODEL,
    }),
    Role.ANALYST: frozenset({
        A.READ_CLUES, A.FIND_SIMILAR, A.READ_STATS, A.MAKE_REPORT, A.EXPORT, A.READ_MODEL,
        A.READ_METRICS,
    }),
    Role.AUDITOR: frozenset({A.READ_AUDIT, A.READ_STATS, A.READ_MODEL}),
    Role.ADMIN: frozenset({
        A.MANAGE_USERS, A.MANAGE_KEYS, A.MANAGE_WEBHOOKS, A.PURGE, A.READ_STATS, A.READ_MODEL,
        A.CHANGE_MODEL, A.READ_METRICS,
    }),
})  # fmt: skip
SCOPES: Mapping[Scope, frozenset[Action]] = MappingProxyType({
    Scope.CLASSIFY: frozenset({A.CLASSIFY, A.READ_MODEL}),
    Scope.READ: frozenset({A.READ_CLUES, A.FIND_SIMILAR}),
    Scope.REVIEW: frozenset({A.READ_CLUES, A.REVIEW, A.SECOND_LOOK}),
    Scope.JOBS: frozenset({A.RUN_JOBS}),
    Scope.STATS: frozenset({A.READ_STATS}),
    Scope.EXPORT: frozenset({A.EXPORT}),
    Scope.METRICS: frozenset({A.READ_METRICS}),
    Scope.MODEL: frozenset({A.READ_MODEL, A.CHANGE_MODEL}),
})  # fmt: skip
"""No scope unmasks: only a person does, and gives a reason. Who reviews reads what they judge."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. ``name`` goes into the audit: ``user:`` and the name, ``key:`` and the prefix."""

    name: str
    actions: frozenset[Action]

    def may(self, action: Action) -> bool:
        return action in self.actions


def user_principal(username: str, role: Role, *, handles_protected: bool) -> Principal:
    """``handles_protected`` marks those who handle clues of minors and informants; only a role
    that may read their names at all gains by it."""
    actions = ROLES[role]
    if not handles_protected:
        actions -= {Action.UNMASK_PROTECTED}
    return Principal(f"user:{username}", actions)


def key_principal(prefix: str, scopes: tuple[Scope, ...]) -> Principal:
    actions = frozenset(action for scope in scopes for action in SCOPES[scope])
    return Principal(f"key:{prefix}", actions)


def require(principal: Principal, action: Action) -> None:
    """Raises ``Forbidden``."""
    if not principal.may(action):
        raise Forbidden(f"没有“{action}”的权限，如工作需要请联系管理员")
