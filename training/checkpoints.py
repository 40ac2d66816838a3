"""Results of long steps kept until the run is through, so that a run broken off resumes.

A step's file is named by everything that decides its result: settings, clues and who wrote them,
base model, program text and library versions. Whatever changed, an old file is simply not found
again.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.bundle import json_bytes
from training.config import TrainingConfig
from training.dataset import data_fingerprint
from training.labelled import LabelledClue

Array = NDArray[np.float32]
CHECKPOINTS = Path("var/checkpoints")
LIBRARIES = (
    "numpy", "onnxruntime", "opencc", "rjieba", "scikit-learn", "scipy", "tokenizers",
)  # fmt: skip
_HOUSE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Kept arrays of one run under ``folder``."""

    folder: Path

    def remember(self, name: str, rows: int, compute: Callable[[], Array]) -> Array:
        """The array of so many rows kept as ``name``, else the one computed, kept from now on."""
        path = self.folder / f"{name}.npy"
        found = _kept(path)
        if found is None or found.shape[:1] != (rows,):
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


def _kept(path: Path) -> Array | None:
    """None as well for a file cut off by whatever broke the run off."""
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except (ValueError, EOFError, OSError):
        return None


def checkpoints_of(config: TrainingConfig, clues: Sequence[LabelledClue]) -> Checkpoints:
    """The checkpoints of the runs that ``run_identity`` names."""
    return Checkpoints(CHECKPOINTS / run_identity(config, clues))


def run_identity(config: TrainingConfig, clues: Sequence[LabelledClue]) -> str:
    """A name for runs with these settings on these clues by this program, from everything that
    decides what their folds say. Raises InvalidCheckpoint for a bad base model."""
    digest = hashlib.sha256(
        json_bytes(
            [
                config.deciding(),
                data_fingerprint(clues)["sha256"],
                [(item.author_group, item.split) for item in clues],  # they decide the folds
                _base(config),
                None if config.unlabelled is None else _sum(config.unlabelled),
                {name: version(name) for name in LIBRARIES},
            ]
        )
    )
    for path in (*sorted(_HOUSE.glob("model/**/*.py")), *sorted(_HOUSE.glob("training/**/*.py"))):
        digest.update(path.read_bytes())
    for path in (config.taxonomy, config.signals):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _base(config: TrainingConfig) -> str | None:
    """The base model by its content, where one is read."""
    if not config.reads_pretrained:
        return None
    from training.transformer.base import base_folder

    return base_folder(config.transformer).name


def _sum(path: Path) -> str:
    """Of a file that cannot be read: empty. Whoever learns from it says why."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
