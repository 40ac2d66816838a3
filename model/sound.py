"""What a bundle holds is sound before anything is computed with it, whoever vouches for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import FenzhenError, InvalidBundle


@contextmanager
def unforeseen_content(path: Path) -> Iterator[None]:
    """Makes InvalidBundle of whatever content that nobody foresaw raises.

    Errors of our own pass as they are, and so do those of the machine: a missing library, memory
    or disk is no fault of the bundle.
    """
    try:
        yield
    except (FenzhenError, ImportError, MemoryError, OSError):
        raise
    except Exception as error:
        raise InvalidBundle(f"模型包 {path} 的内容不符合本版本，请重新训练") from error


def check_that(sound: bool, file: str, told: str) -> None:
    """Raises InvalidBundle that says of ``file`` what is wrong with it."""
    if not sound:
        raise InvalidBundle(f"模型包文件 {file} 的内容有误：{told}，请重新训练")


def check_numbers(
    file: str, name: str, values: Any, shape: tuple[int, ...] = (), *, positive: bool = False
) -> None:
    """Raises InvalidBundle unless ``values`` are finite numbers of this shape, above 0 if so
    asked."""
    found = np.asarray(values)
    check_that(found.shape == shape, file, f"{name} 的形状是 {found.shape}，应为 {shape}")
    check_that(np.issubdtype(found.dtype, np.number), file, f"{name} 不是数字")
    check_that(bool(np.isfinite(found).all()), file, f"{name} 含有无穷或非数")
    if positive:
        check_that(bool((found > 0).all()), file, f"{name} 必须大于 0")
