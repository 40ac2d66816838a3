"""Results of long steps kept until the run is through, so that a run broken off resumes.

A step's file is named by everything that decides its result: settings, data, program text and
library versions. Whatever changed, an old file is simply not found again.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.bundle import json_bytes
from training.config import TrainingConfig

Array = NDArray[np.float32]
CHECKPOINTS = Path("var/checkpoints")
LIBRARIES = (
    "numpy", "onnxruntime", "opencc", "rjieba", "scikit-learn", "scipy", "tokenizers",
)  # fmt: skip
_HOUSE = Path(__file__).parent.parent
_NO_MATTER = {"output", "learning_curve", "resamples", "search"}


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Kept arrays of one run under ``folder``."""

    folder: Path

    def remember(self, name: str, compute: Callable[[], Array]) -> Array:
        """The array kept as ``name``, else the one computed, kept from now on."""
        path = self.folder / f"{name}.npy"
        if path.is_file():
            try:
                return np.asarray(np.load(path, allow_pickle=False))
            except (ValueError, EOFError, OSError):
                path.unlink(missing_ok=True)  # cut off by whatever broke the run off
        found = compute()
        self._keep(path, found)
        return found

    def clear(self) -> None:
        """Forget everything: the run is through."""
        for path in self.folder.glob("*.npy"):
            path.unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _keep(self, path: Path, found: Array) -> None:
        """Written beside and renamed; a full disk costs the resuming, never the run."""
        scratch = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with scratch.open("wb") as stream:
                np.save(stream, found, allow_pickle=False)
            scratch.replace(path)
        except OSError:
            scratch.unlink(missing_ok=True)


def checkpoints_of(config: TrainingConfig, data_sha256: str) -> Checkpoints:
    """The checkpoints of runs with these settings on these data by this program."""
    digest = hashlib.sha256(
        json_bytes(
            [
                config.model_dump(mode="json", exclude=_NO_MATTER),
                data_sha256,
                {name: version(name) for name in LIBRARIES},
            ]
        )
    )
    for path in (*sorted(_HOUSE.glob("model/**/*.py")), *sorted(_HOUSE.glob("training/**/*.py"))):
        digest.update(path.read_bytes())
    for path in (config.taxonomy, config.signals):
        digest.update(path.read_bytes())
    return Checkpoints(CHECKPOINTS / digest.hexdigest()[:16])
