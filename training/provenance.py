"""By which program, on which machine a run was made."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

_HOUSE = Path(__file__).parent.parent
_LIBRARIES = (
    "numpy", "scikit-learn", "scipy", "rjieba", "opencc", "safetensors", "onnxruntime", "pydantic",
)  # fmt: skip


def code_version() -> str:
    """``git describe`` where the program runs from a checkout, else the installed version."""
    installed = version("fenzhen")
    if not (_HOUSE / ".git").exists():
        return installed
    try:
        found = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-C", str(_HOUSE), "describe", "--always", "--dirty", "--tags"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return installed
    return f"{installed}+{found.stdout.strip()}"


def environment() -> dict[str, str]:
    """Machine, interpreter and the libraries that decide figures; nothing that names a person."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processors": str(os.cpu_count()),
        **{name: version(name) for name in _LIBRARIES},
    }
