"""Who asks, as far as queries and acts need to know."""

from enum import StrEnum
from typing import Protocol

from model.errors import FenzhenError


class Action(StrEnum):
    """What may be allowed or denied."""

    SUBMIT = "submit"  # send clues, and files of them
    READ = "read"  # masked clues, their history, similar ones
    REVIEW = "review"  # claim, confirm, correct, return, ask for a second look
    UNMASK = "unmask"  # read the text as it was sent, with a reason
    STATS = "stats"  # figures
    EXPORT = "export"  # masked texts in bulk
    AUDIT = "audit"  # the audit chain
    ADMINISTER = "administer"  # keys, users, webhooks, the model, retention


class Viewer(Protocol):
    """A person or a system that has been recognised."""

    @property
    def name(self) -> str:
        """As it stands in the audit: ``user:zhang`` or ``key:fz_ab12``."""

    @property
    def handles_protected(self) -> bool:
        """Whether the names of minors and informants may be read, where texts may be at all."""

    def may(self, action: Action) -> bool:
        """Whether the policy allows it."""


class NotAllowedError(FenzhenError):
    """The one who asks may not do this."""

    code = "not_allowed"
    title = "Not allowed"


def require(viewer: Viewer, action: Action) -> None:
    """Raises NotAllowedError unless the viewer may."""
    if not viewer.may(action):
        raise NotAllowedError(f"您没有“{_NAMES[action]}”的权限，请联系管理员")


_NAMES = {
    Action.SUBMIT: "提交线索",
    Action.READ: "查看线索",
    Action.REVIEW: "复核线索",
    Action.UNMASK: "查看原文",
    Action.STATS: "查看统计",
    Action.EXPORT: "导出数据",
    Action.AUDIT: "查看审计",
    Action.ADMINISTER: "管理系统",
}
