"""How a receiver knows that a notice is ours, whole, and not an old one sent again."""

import hashlib
import hmac


def signature(secret: str, timestamp: int, delivery_id: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256 (RFC 2104) of timestamp, delivery and body, in hexadecimal."""
    signed = f"{timestamp}.{delivery_id}.".encode() + body
    return "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
