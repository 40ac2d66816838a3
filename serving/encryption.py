"""The full text of a clue, sealed at rest: AES-256-GCM (NIST SP 800-38D) by ``cryptography``.

A sealed text is: format (1 byte), key id (8), nonce (12), ciphertext with tag. The clue's id is
bound in as associated data, so that one clue's text cannot be passed off as another's. Nonces are
random: 2³² texts under one key are safe (the standard's bound), far above what arrives here.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from model.errors import FenzhenError
from serving.keyring import KEY_ID_BYTES, Keyring

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_HEADER = len(_FORMAT) + KEY_ID_BYTES + _NONCE_BYTES
_TAG_BYTES = 16


class CannotUnseal(FenzhenError):
    """Sealed under a key that is not there, or altered, or another clue's."""

    code = "cannot_unseal"
    title = "Sealed text cannot be read"


def seal(text: str, clue_id: str, keyring: Keyring) -> bytes:
    """Encrypt one text under the current key. The same text never seals alike twice."""
    nonce = os.urandom(_NONCE_BYTES)
    head = _FORMAT + bytes.fromhex(keyring.current)
    cipher = AESGCM(keyring.keys[keyring.current])
    return head + nonce + cipher.encrypt(nonce, text.encode("utf-8"), _bound(head, clue_id))


def unseal(sealed: bytes, clue_id: str, keyring: Keyring) -> str:
    """The text; raises ``CannotUnseal``."""
    if len(sealed) < _HEADER + _TAG_BYTES or not sealed.startswith(_FORMAT):
        raise CannotUnseal("加密内容的格式不对，数据可能已损坏，请从备份恢复")
    identity = sealed_under(sealed)
    if identity not in keyring.keys:
        raise CannotUnseal(f"缺少编号为 {identity} 的密钥，请把旧密钥加回密钥文件后重试")
    head, nonce = sealed[: _HEADER - _NONCE_BYTES], sealed[_HEADER - _NONCE_BYTES : _HEADER]
    try:
        text = AESGCM(keyring.keys[identity]).decrypt(
            nonce, sealed[_HEADER:], _bound(head, clue_id)
        )
    except InvalidTag:
        raise CannotUnseal("加密内容校验失败：数据被改动，或不属于这条线索") from None
    return text.decode("utf-8")


def sealed_under(sealed: bytes) -> str:
    """The id of the key that a sealed text needs."""
    return sealed[len(_FORMAT) : len(_FORMAT) + KEY_ID_BYTES].hex()


def rotate(sealed: bytes, clue_id: str, keyring: Keyring) -> bytes:
    """The same text under the current key; what is sealed under it already comes back as it is.

    Raises ``CannotUnseal``.
    """
    if sealed.startswith(_FORMAT) and sealed_under(sealed) == keyring.current:
        return sealed
    return seal(unseal(sealed, clue_id, keyring), clue_id, keyring)


def _bound(head: bytes, clue_id: str) -> bytes:
    return head + clue_id.encode("utf-8")
