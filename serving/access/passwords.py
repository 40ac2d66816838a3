"""Passwords of people: Argon2id (RFC 9106) with OWASP's parameters, 19 MiB and two passes."""

from functools import lru_cache
from typing import TYPE_CHECKING

from serving.access.errors import WeakPassword
from serving.access.secret_tokens import new_secret

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH = 10
MAX_LENGTH = 128
_KNOWN_TO_ALL = ("password", "passw0rd", "fenzhen", "admin", "123456", "qwerty", "lanzhou", "12309")


def hash_password(password: str) -> str:
    """About 30 ms of one core: call it off the event loop."""
    return _hasher().hash(_bytes(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether ``stored`` is the hash of the password; None takes as long and is always False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(_bytes(stored or _nobodys()), _bytes(password[: MAX_LENGTH + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with parameters of another time."""
    return _hasher().check_needs_rehash(stored)


def check_password(password: str, username: str) -> None:
    """Raises ``WeakPassword`` naming every rule that is broken."""
    kinds = [
        any(map(str.islower, password)),
        any(map(str.isupper, password)),
        any(map(str.isdigit, password)),
        any(not character.isalnum() for character in password),
    ]
    broken = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        broken.append(f"长度应为 {MIN_LENGTH} 至 {MAX_LENGTH} 个字符")
    if sum(kinds) < 3 and len(password) < 2 * MIN_LENGTH:
        broken.append("应包含大写字母、小写字母、数字、符号中的至少三种，或不少于 20 个字符")
    if len(set(password)) < 5:
        broken.append("重复的字符太多")
    if username and username.lower() in password.lower():
        broken.append("不能包含用户名")
    if any(known in password.lower() for known in _KNOWN_TO_ALL):
        broken.append("不能包含容易猜到的词（如 admin、123456）")
    if broken:
        raise WeakPassword("密码不符合要求：" + "；".join(broken))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher().hash(new_secret())
