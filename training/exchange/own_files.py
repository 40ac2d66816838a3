"""Files that fenzhen itself writes beside labelled ones, and that hold no clue."""

from pathlib import Path

REPORT = ".导入报告.xlsx"
LABEL_TYPES = ".labels.json"


def is_own(path: Path) -> bool:
    """Whether it is one of them, so that a folder can be read again with its output in it."""
    return path.name.endswith((REPORT, LABEL_TYPES))
