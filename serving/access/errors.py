"""Refusals at the door: what a person or system reads, and never why in detail."""

from model.errors import FenzhenError


class NotAuthenticated(FenzhenError):
    """No key or session, or one that is unknown, expired or withdrawn."""

    code = "not_authenticated"
    title = "Not authenticated"


class LoginRefused(NotAuthenticated):
    """Wrong name, password or code, locked or disabled: to the outside all the same."""

    code = "login_refused"
    title = "Login refused"


class Forbidden(FenzhenError):
    """Known, and not allowed to do this."""

    code = "forbidden"
    title = "Forbidden"


class WeakPassword(FenzhenError):
    """A password that breaks the rules."""

    code = "weak_password"
    title = "Weak password"
