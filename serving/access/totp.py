"""The second factor: six digits from a telephone that change every 30 seconds (RFC 6238)."""

from datetime import datetime

_STEP_SECONDS = 30
_DIGITS = 6
_DRIFT = 1
"""Steps that a telephone's clock may be off, either way."""


def new_totp_secret() -> str:
    """160 random bits in base32, to be sealed before it is stored."""
    import pyotp

    return pyotp.random_base32()


def enrolment_uri(secret: str, username: str) -> str:
    """What an authenticator app reads from a QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="分诊")


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is, None for no match.

    A step up to ``last_step`` was used already: who looked over the shoulder comes too late.
    """
    import pyotp

    if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
        return None
    step_now = int(now.timestamp()) // _STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in range(step_now - _DRIFT, step_now + _DRIFT + 1):
        fresh = last_step is None or step > last_step
        if fresh and generator.verify(code, for_time=step * _STEP_SECONDS):
            return step
    return None
