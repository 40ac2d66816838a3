"""Who may sit down at the dashboard, as far as it needs to know."""

from datetime import datetime
from typing import Protocol

from model.errors import FenzhenError
from serving.access.policy import Principal


class Person(Principal, Protocol):
    """A user of an open session."""

    @property
    def display_name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def must_change_password(self) -> bool: ...


class CannotEnterError(FenzhenError):
    """Name, password or one-time code are not right, or the account is locked or disabled."""

    code = "cannot_enter"
    title = "Cannot enter"


class SessionOverError(FenzhenError):
    """The session has expired, was ended, or its user may no longer come in."""

    code = "session_over"
    title = "Session over"

    def __init__(self) -> None:
        super().__init__("登录已过期，请重新登录")


class People(Protocol):
    """The service's users and sessions. Every call is checked against the database."""

    def enter(self, username: str, password: str, code: str, now: datetime) -> str:
        """A new session's token. Raises CannotEnterError."""

    def who(self, token: str, now: datetime) -> Person | None:
        """Whose session it is; None when it is over."""

    def leave(self, token: str, now: datetime) -> None:
        """End the session; nothing happens when it is over."""

    def change_password(self, token: str, old: str, new: str, now: datetime) -> None:
        """Raises CannotEnterError for a wrong old or a weak new password, SessionOverError."""
