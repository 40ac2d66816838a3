"""Fine-tuning of the upper layers: early stopping, resumable, the same for the same seed."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from model.errors import InvalidCheckpoint
from training.dataset import Targets
from training.transformer.activations import Activations
from training.transformer.losses import Loss
from training.transformer.network import Upper
from training.transformer.settings import TransformerConfig
from training.transformer.whole_file import whole_file

_WARM_UP = 0.1
_LIKE_LENGTH = 16
"""Batches are drawn from stretches of so many batches sorted by length: little padding, yet
no two epochs alike."""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one fit learns from: rows of the activations to learn and to validate on."""

    activations: Activations
    targets: Targets
    learned: NDArray[np.int64]
    validated: NDArray[np.int64]
    loss: Loss


def fine_tune(
    upper: Upper, lesson: Lesson, settings: TransformerConfig, seed: int, file: Path, tell: Told
) -> float:
    """Fit ``upper`` in place; returns the validation loss of the epoch kept, the best.

    After each epoch everything needed to go on is in ``file``; a run that was killed resumes
    there and ends with the same weights. Raises InvalidCheckpoint when that file is damaged.
    """
    trainer = _Trainer(upper, lesson, settings, seed, file)
    trainer.resume()
    while not trainer.finished:
        trainer.epoch()
        trainer.save()
        tell(f"微调 第 {trainer.done} 轮，验证损失 {trainer.latest:.3f}")
    upper.load_state_dict(trainer.best)
    return trainer.least


class _Trainer:
    def __init__(
        self, upper: Upper, lesson: Lesson, settings: TransformerConfig, seed: int, file: Path
    ) -> None:
        self._upper, self._lesson, self._settings, self._seed = upper, lesson, settings, seed
        self._path = file
        self._device = next(upper.parameters()).device
        groups = list(_groups(upper, settings))
        self._rates = [group["lr"] for group in groups]
        self._optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        self._steps = settings.epochs * -(-lesson.learned.size // settings.batch)
        self.done, self._since_best = 0, 0
        self.least = self.latest = float("inf")
        self.best: dict[str, Any] = {}

    @property
    def finished(self) -> bool:
        return self.done >= self._settings.epochs or self._since_best >= self._settings.patience

    def epoch(self) -> None:
        random = np.random.default_rng([self._seed, self.done])
        torch.manual_seed(self._seed + self.done)
        self._upper.train()
        batches = _batches(self._lesson, self._settings.batch, random)
        for number, rows in enumerate(batches):
            self._step(rows, self.done * len(batches) + number)
        self.done += 1
        self.latest = self._validate()
        self._since_best += 1
        if self.latest < self.least:
            self.least, self._since_best = self.latest, 0
            self.best = {k: v.detach().clone() for k, v in self._upper.state_dict().items()}

    def _step(self, rows: NDArray[np.int64], step: int) -> None:
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * _schedule(step / self._steps)
        loss = self._loss(rows)
        self._optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._upper.parameters(), 1.0)
        self._optimiser.step()

    def _loss(self, rows: NDArray[np.int64]) -> torch.Tensor:
        batch = self._lesson.activations.batch(rows.tolist(), self._device)
        on_gpu = self._device.type == "cuda"
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=on_gpu):
            outputs = self._upper(batch.states, batch.mask, batch.owner, batch.texts)
        return self._lesson.loss(outputs.float(), self._lesson.targets.take(rows))

    @torch.no_grad()
    def _validate(self) -> float:
        self._upper.eval()
        rows = self._lesson.validated
        parts = np.array_split(rows, -(-rows.size // 32))
        return float(sum(float(self._loss(part)) * part.size for part in parts) / rows.size)

    def save(self) -> None:
        state = {
            "upper": self._upper.state_dict(),
            "best": self.best,
            "optimiser": self._optimiser.state_dict(),
            "done": self.done,
            "since_best": self._since_best,
            "least": self.least,
        }
        content = BytesIO()
        torch.save(state, content)
        with whole_file(self._path, "训练断点") as unfinished:
            unfinished.write_bytes(content.getbuffer())

    def resume(self) -> None:
        if not self._path.is_file():
            return
        try:
            # weights_only: nothing in the file is executed.
            state = torch.load(self._path, map_location=self._device, weights_only=True)
            self._upper.load_state_dict(state["upper"])
            self._optimiser.load_state_dict(state["optimiser"])
            self.best, self.done = state["best"], state["done"]
            self._since_best, self.least = state["since_best"], state["least"]
        except Exception as error:
            raise InvalidCheckpoint(
                f"训练断点 {self._path} 已损坏，请删除它后重新训练（这一折从头开始）"
            ) from error


def _groups(upper: Upper, settings: TransformerConfig) -> Iterator[dict[str, Any]]:
    """Discriminative learning rates: the lower the layer, the slower (Howard & Ruder 2018)."""
    yield {"params": list(upper.heads.parameters()), "lr": settings.head_learning_rate}
    for depth, layer in enumerate(reversed(list(upper.layers))):
        rate = settings.learning_rate * settings.layer_decay**depth
        yield {"params": list(layer.parameters()), "lr": rate}


def _schedule(progress: float) -> float:
    """Linear warm-up, then linear decay to 0."""
    if progress < _WARM_UP:
        return progress / _WARM_UP
    return (1 - progress) / (1 - _WARM_UP)


def _batches(lesson: Lesson, size: int, random: np.random.Generator) -> Sequence[NDArray[np.int64]]:
    shuffled = random.permutation(lesson.learned)
    stretch = size * _LIKE_LENGTH
    batches = []
    for first in range(0, shuffled.size, stretch):
        some = sorted(shuffled[first : first + stretch].tolist(), key=lesson.activations.tokens)
        batches += [np.array(some[i : i + size]) for i in range(0, len(some), size)]
    return [batches[i] for i in random.permutation(len(batches))]


def fit_identity(*parts: object) -> str:
    """A name for a fit, by everything that decides it."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
