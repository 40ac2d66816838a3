"""A full disk told in words, whatever was being written."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from model.errors import FenzhenError
from model.os_causes import cause


class DiskFullError(FenzhenError):
    """No room, or no right, to write where the settings say."""

    code = "cannot_write"
    title = "Cannot write"


@contextmanager
def explained(place: Path, what: str) -> Iterator[None]:
    """Turn an OSError of writing ``what`` under ``place`` into DiskFullError."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        told = cause(error) if full else f"无法写入（{cause(error)}）"
        advice = "请腾出空间后重试，已完成的部分会接着用" if full else "请检查文件夹和权限后重试"
        raise DiskFullError(f"写{what}到 {place} 时{told}，{advice}") from error
