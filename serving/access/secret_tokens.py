"""Random secrets: shown once, kept as a digest. 256 random bits need no slow hash."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """256 random bits, 43 characters that need no escaping anywhere."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_match(token: str, stored: str) -> bool:
    """Compares in a time that does not tell where the two differ."""
    return hmac.compare_digest(digest(token), stored)
