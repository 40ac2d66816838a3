"""States of the frozen lower layers, computed once and read by every epoch of every fold."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model.token_windows import TokenisedText
from training.learner import Advance
from training.transformer.network import run_layers
from training.transformer.whole_file import whole_file

_TOGETHER = 16
_KEPT = "activations"


@dataclass(frozen=True, slots=True)
class WindowBatch:
    """States (w, t, hidden) and mask (w, t) of the windows of some texts; ``owner`` (w,) is the
    place of each window's text among them."""

    states: Tensor
    mask: Tensor
    owner: Tensor
    texts: int


@dataclass(frozen=True, slots=True)
class Activations:
    """fp16 states of all windows end to end, (tokens, hidden), in ``file``, mapped into memory.

    ``bounds`` (windows + 1,) are where windows begin in it, ``firsts`` (texts + 1,) where texts
    begin among the windows.
    """

    states: NDArray[np.float16]
    bounds: NDArray[np.int64]
    firsts: NDArray[np.int64]
    file: Path

    def tokens(self, text: int) -> int:
        return int(self.bounds[self.firsts[text + 1]] - self.bounds[self.firsts[text]])

    def batch(self, texts: Sequence[int], device: torch.device) -> WindowBatch:
        """All windows of these texts, padded to the longest."""
        windows = [
            (place, window)
            for place, text in enumerate(texts)
            for window in range(self.firsts[text], self.firsts[text + 1])
        ]
        sizes = [int(self.bounds[window + 1] - self.bounds[window]) for _, window in windows]
        states = np.zeros((len(windows), max(sizes), self.states.shape[1]), dtype=np.float32)
        mask = np.zeros(states.shape[:2], dtype=np.float32)
        for row, ((_, window), size) in enumerate(zip(windows, sizes, strict=True)):
            start = self.bounds[window]
            states[row, :size] = self.states[start : start + size]
            mask[row, :size] = 1
        owner = torch.tensor([place for place, _ in windows])
        return WindowBatch(
            torch.from_numpy(states).to(device),
            torch.from_numpy(mask).to(device),
            owner.to(device),
            len(texts),
        )


def lower_states(
    embeddings: nn.Module,
    layers: nn.ModuleList,
    texts: Sequence[TokenisedText],
    folder: Path,
    identity: str,
    advance: Advance,
) -> Activations:
    """Run the frozen layers over every window, or map the file of an earlier run that is whole.

    ``identity`` names weights and plan; the file is known by it and by the token ids.
    """
    windows = [window for text in texts for window in text.windows]
    bounds = np.cumsum([0, *(window.ids.size for window in windows)])
    firsts = np.cumsum([0, *(len(text.windows) for text in texts)])
    digest = hashlib.sha256(identity.encode())
    for window in windows:
        digest.update(window.ids.tobytes())
    path = folder / _KEPT / f"{digest.hexdigest()[:16]}.npy"
    states = _whole(path)
    if states is None:
        advance(f"冻结的 {len(layers)} 层通读一遍")
        with whole_file(path, "中间结果") as unfinished:
            _compute(embeddings, layers, [window.ids for window in windows], bounds, unfinished)
            _sum_beside(path).write_text(_sum(unfinished), "ascii")
            # Mapped before others can see it: whoever deletes it then takes nothing from this run.
            states = np.load(unfinished, mmap_mode="r")
    return Activations(states, bounds, firsts, path)


def keep_only(files: Collection[Path], folder: Path) -> None:
    """Delete all states under ``folder`` but these ``files``.

    Another run goes on with those it has mapped and computes anew those it looks for.
    """
    for path in (folder / _KEPT).glob("*.npy"):
        if path not in files:
            path.unlink(missing_ok=True)
            _sum_beside(path).unlink(missing_ok=True)


def _whole(path: Path) -> NDArray[np.float16] | None:
    """The states, if the file is as it was written: it only saves time, a damaged one, or one that
    another run deletes just now, is made anew."""
    try:
        if _sum(path).encode() == _sum_beside(path).read_bytes():
            return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]
    except OSError:
        pass
    return None


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sum_beside(path: Path) -> Path:
    return path.with_suffix(".sha256")


def _compute(
    embeddings: Any,
    layers: nn.ModuleList,
    ids: Sequence[NDArray[np.int64]],
    bounds: NDArray[np.int64],
    path: Path,
) -> None:
    device = next(embeddings.parameters()).device
    hidden = embeddings.word_embeddings.embedding_dim
    with path.open("wb") as file:
        np.lib.format.write_array_header_2_0(
            file,
            {"descr": "<f2", "fortran_order": False, "shape": (int(bounds[-1]), int(hidden))},
        )
        for first in range(0, len(ids), _TOGETHER):
            some = ids[first : first + _TOGETHER]
            padded = torch.zeros((len(some), max(map(len, some))), dtype=torch.int64)
            mask = torch.zeros(padded.shape)
            for row, found in enumerate(some):
                padded[row, : found.size] = torch.from_numpy(found)
                mask[row, : found.size] = 1
            with torch.no_grad():
                states = run_layers(
                    layers, embeddings(input_ids=padded.to(device)), mask.to(device)
                )
            for row, found in enumerate(some):
                file.write(states[row, : found.size].cpu().numpy().astype("<f2").tobytes())
