"""A file of the cache is there whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.full_disk import explained


@contextmanager
def whole_file(path: Path, what: str, suffix: str = ".unfinished") -> Iterator[Path]:
    """A file beside ``path`` to write ``what`` to: it takes the place of ``path`` once written, and
    goes when writing fails. Raises DiskFullError."""
    unfinished = path.with_suffix(suffix)
    with explained(path.parent, what):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield unfinished
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
