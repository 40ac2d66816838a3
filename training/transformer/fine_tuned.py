"""Fine-tuning: the lower layers frozen and read once, the upper ones fitted fold by fold."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from model.heads import HEADS
from model.reading import Reading
from model.token_windows import WindowCutter
from model.transformer_reader import MeanStateHeads, TransformerReader
from training.config import TrainingConfig
from training.dataset import Dataset, Targets
from training.folds import folds
from training.learner import Advance, Outputs, Rows
from training.transformer.activations import Activations, keep_only, lower_states
from training.transformer.base import Base
from training.transformer.export import ExportRefusedError, export
from training.transformer.fine_tune import Lesson, Told, fine_tune, fit_identity
from training.transformer.losses import Loss
from training.transformer.network import Upper

_VALIDATED = 10
"""One group in so many is validated on; of fewer groups, one of them."""


class FineTunedLearner:
    """One shared encoder, all heads at once; every fold is a fit of its own."""

    def __init__(self, dataset: Dataset, config: TrainingConfig, base: Base) -> None:
        self._dataset, self._config, self._base = dataset, config, base
        self._settings = config.transformer
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        stack = base.encoder.encoder.layer
        self._split = max(0, len(stack) - self._settings.trained_layers)
        self._activations: Activations | None = None
        self._fits: set[Path] = set()
        self._read: set[Path] = set()
        self._record: dict[str, Any] = {}
        # Copies of held-out clues are never learned from: a noisy copy stands after all texts.
        self._places = {row: len(dataset.readings) + i for i, row in enumerate(dataset.noisy)}
        sources = [*range(len(dataset.readings)), *dataset.noisy]
        self._targets: Targets = dataset.targets.take(np.array(sources))

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        activations = self._prepared(lambda _: None)
        upper = self._fit(seen, activations, lambda _: None)
        return self._outputs(upper, activations, held_out)

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        activations = self._prepared(lambda _: None)
        upper = self._fit(seen, activations, lambda _: None)
        found = self._lower(readings, lambda _: None)
        return self._outputs(upper, found, np.arange(len(readings)))

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        activations = self._prepared(advance)
        found: Outputs | None = None
        for number in range(self._config.folds):
            seen, held_out = self._dataset.fold(number)
            place = f"第 {number + 1}/{self._config.folds} 折 "
            upper = self._fit(seen, activations, lambda told, at=place: advance(at + told))  # type: ignore[misc]
            outputs = self._outputs(upper, activations, held_out)
            if found is None:
                found = np.zeros((len(self._dataset.readings), outputs.shape[1]), np.float32)
            found[held_out] = outputs
        assert found is not None  # noqa: S101 – there are two folds at least
        return found

    def learn(self, advance: Advance) -> TransformerReader:
        activations = self._prepared(advance)
        every = np.arange(len(self._dataset.readings))
        upper = self._fit(every, activations, lambda told: advance("全部数据 " + told)).cpu()
        advance("导出编码器")
        encoder: Any = copy.deepcopy(self._base.encoder)
        lower = encoder.encoder.layer[: self._split]
        encoder.encoder.layer = nn.ModuleList([*lower, *upper.layers])
        heads = self._heads(upper, activations, every)
        return self._exported(encoder.eval(), heads)

    def record(self) -> dict[str, Any]:
        return {"transformer": self._record}

    def clear(self) -> None:
        """The fits of this run go, and of all states those that it did not read."""
        for file in self._fits:
            file.unlink(missing_ok=True)
        keep_only(self._read, self._settings.cache)

    def _prepared(self, advance: Advance) -> Activations:
        if self._activations is None:
            readings = [*self._dataset.readings, *self._dataset.noisy.values()]
            self._activations = self._lower(readings, advance)
        return self._activations

    def _lower(self, readings: Sequence[Reading], advance: Advance) -> Activations:
        """The readings as the frozen layers leave them."""
        from tokenizers import Tokenizer

        cutter = WindowCutter(Tokenizer.from_buffer(self._base.tokenizer), self._base.plan)
        found = lower_states(
            self._base.encoder.embeddings.to(self._device),
            self._base.encoder.encoder.layer[: self._split].to(self._device),
            cutter.cut([reading.written for reading in readings]),
            self._settings.cache,
            f"{self._base.identity}/{self._split}",
            advance,
        )
        self._base.encoder.cpu()
        self._read.add(found.file)
        return found

    def _fit(self, rows: Rows, activations: Activations, tell: Told) -> Upper:
        learned, validated = self.parted(rows)
        copies = [self._places[row] for row in learned.tolist() if row in self._places]
        learned = np.concatenate([learned, np.array(copies, dtype=np.int64)])
        lesson = Lesson(
            activations,
            self._targets,
            learned,
            validated,
            Loss.for_targets(self._targets.take(learned), self._dataset.labels),
        )
        torch.manual_seed(self._config.seed)
        layers = copy.deepcopy(self._base.encoder.encoder.layer[self._split :])
        labels = self._dataset.labels
        outputs = sum(map(len, (labels.modules, labels.urgencies, labels.functions)))
        hidden = activations.states.shape[1]
        file = self._file(learned, validated)
        self._fits.add(file)
        upper = Upper(nn.ModuleList(layers), hidden, outputs + len(labels.concerns))
        fine_tune(
            upper.to(self._device),
            lesson,
            self._settings,
            self._config.seed,
            file,
            tell,
        )
        return upper.eval()

    def parted(self, rows: Rows) -> tuple[Rows, Rows]:
        """Rows to learn from and, by whole groups, rows to validate on.

        Raises InvalidTable when all rows are of one group.
        """
        targets = self._dataset.targets.take(rows)
        strata = [f"{m}/{u}" for m, u in zip(targets.module, targets.urgency, strict=True)]
        groups = self._dataset.groups[rows]
        count = max(2, min(_VALIDATED, np.unique(groups).size))
        part = folds(strata, groups, count=count, seed=self._config.seed)
        return rows[part != 0], rows[part == 0]

    def _file(self, learned: Rows, validated: Rows) -> Path:
        labels, noisy = self._dataset.labels, self._dataset.noisy.values()
        name = fit_identity(
            self._base.identity,
            self._settings.model_dump(exclude={"cache", "threads"}),
            self._config.seed,
            learned.tolist(),
            validated.tolist(),
            [(labels.codes(head), getattr(self._targets, head).tolist()) for head in HEADS],
            labels.allowed.tolist(),
            [reading.written for reading in (*self._dataset.readings, *noisy)],
        )
        return self._settings.cache / "fits" / f"{name}.pt"

    @torch.no_grad()
    def _outputs(self, upper: Upper, activations: Activations, rows: Rows) -> Outputs:
        return np.concatenate(
            [
                upper.heads(self._pooled(upper, activations, part)).cpu().numpy()
                for part in np.array_split(rows, -(-rows.size // 32))
            ]
        )

    def _pooled(self, upper: Upper, activations: Activations, rows: Rows) -> torch.Tensor:
        device = next(upper.parameters()).device
        batch = activations.batch(rows.tolist(), device)
        return upper.pooled(batch.states, batch.mask, batch.owner, batch.texts)

    @torch.no_grad()
    def _heads(self, upper: Upper, activations: Activations, rows: Rows) -> MeanStateHeads:
        """torch's heads around the mean state of the texts, so that tokens can be weighed."""
        some = rows[:: max(1, rows.size // 500)]
        pooled = [
            self._pooled(upper, activations, part)
            for part in np.array_split(some, -(-some.size // 32))
        ]
        centre = torch.cat(pooled).mean(dim=0).numpy().astype(np.float32)
        weights = upper.heads.weight.numpy().T.astype(np.float32)
        bias = upper.heads.bias.numpy() + centre @ weights
        return MeanStateHeads(weights.copy(), bias, centre, self._dataset.labels)

    def _exported(self, encoder: Any, heads: MeanStateHeads) -> TransformerReader:
        """In int8, or where that changes too many labels, in fp32 over weights in half precision,
        which are twice as large. Raises ExportRefusedError when that does, too."""
        texts = [reading.written for reading in self._dataset.unseen or self._dataset.readings]
        found = export(encoder, self._base, texts)
        try:
            self._record = {"arithmetic": "int8", **found.check(heads)}
        except ExportRefusedError:
            found = found.in_fp32(self._base, texts)
            self._record = {"arithmetic": "fp32", **found.check(heads)}
        return TransformerReader(found.encoder, heads, self._base.sources)
