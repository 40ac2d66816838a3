"""The keys that seal texts: 256 random bits each, from the environment or a private file."""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from model.errors import FenzhenError

KEY_ID_BYTES = 8
_KEY_BYTES = 32
_HOW = "请用 fenzhen key new 生成密钥，写入 FENZHEN_KEY 或密钥文件"


class InvalidKey(FenzhenError):
    """No key, or one that is none, or a file that others may read."""

    code = "invalid_key"
    title = "Invalid encryption key"


@dataclass(frozen=True, slots=True)
class Keyring:
    """``current`` is the id of the key that seals; every key unseals. Keys are in no repr."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all keys, the current one first: safe to show and to store."""
        return (self.current, *(one for one in self.keys if one != self.current))


def new_key() -> str:
    """256 random bits as base64, one line."""
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


def key_id(key: bytes) -> str:
    """16 hexadecimal digits that tell a key and nothing about it."""
    return hashlib.sha256(b"fenzhen key id\x00" + key).hexdigest()[: 2 * KEY_ID_BYTES]


def parse_keys(content: str, source: str) -> Keyring:
    """Keys in base64, by lines or commas, the current one first; ``#`` begins a comment.

    Raises ``InvalidKey``; ``source`` is named in it, the content never.
    """
    lines = (line.partition("#")[0] for line in content.splitlines())
    written = [part.strip() for line in lines for part in line.split(",") if part.strip()]
    if not written:
        raise InvalidKey(f"{source} 中没有密钥，{_HOW}")
    keys = [
        _decoded(one, f"{source} 中第 {number} 个密钥") for number, one in enumerate(written, 1)
    ]
    by_id = {key_id(key): key for key in keys}
    if len(by_id) < len(keys):
        raise InvalidKey(f"{source} 中有重复的密钥，请删去重复的一个")
    return Keyring(key_id(keys[0]), MappingProxyType(by_id))


def load_keys(environment_value: str | None, path: Path | None) -> Keyring:
    """From the value of ``FENZHEN_KEY`` or, where that is empty, from the key file.

    Raises ``InvalidKey``, also for a file that anybody but its owner may read or write.
    """
    if environment_value:
        return parse_keys(environment_value, "环境变量 FENZHEN_KEY")
    if path is None:
        raise InvalidKey(f"没有加密密钥，线索原文无法保存，{_HOW}")
    return parse_keys(_read_private(path), f"密钥文件 {path}")


def _decoded(written: str, which: str) -> bytes:
    try:
        key = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidKey(f"{which}不是 base64 文字，{_HOW}") from None
    if len(key) != _KEY_BYTES:
        raise InvalidKey(f"{which}应为 {_KEY_BYTES} 字节，实为 {len(key)} 字节，{_HOW}")
    if len(set(key)) < 8:
        raise InvalidKey(f"{which}不是随机生成的，{_HOW}")
    return key


def _read_private(path: Path) -> str:
    """The text of a file that only its owner can read; checked on what was opened."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                raise InvalidKey(
                    f"密钥文件 {path} 的权限是 {mode:04o}，他人也能读写，请执行 chmod 600 {path}"
                )
            return file.read(64 * 1024).decode("ascii")
    except FileNotFoundError:
        raise InvalidKey(f"找不到密钥文件 {path}，{_HOW}") from None
    except OSError:
        raise InvalidKey(f"无法读取密钥文件 {path}，请检查路径与权限") from None
    except UnicodeDecodeError:
        raise InvalidKey(f"密钥文件 {path} 不是文本文件，{_HOW}") from None
