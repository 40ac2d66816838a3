"""The frozen encoder: texts are encoded once, as the service will, and heads fitted on that."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.heads import Labels
from model.reading import Reading
from model.transformer_reader import MeanStateHeads, TransformerReader
from training.config import TrainingConfig
from training.dataset import Dataset, Targets
from training.fit import fit_columns
from training.learner import Advance, Outputs, Rows, fold_by_fold
from training.transformer.base import Base
from training.transformer.embeddings import pooled_states
from training.transformer.export import Exported, export

_COMPARED = 500
"""Texts on which int8 is compared with fp32."""

States = NDArray[np.float32]


class FrozenStates:
    """Mean states of texts by the int8 encoder, the one that will serve."""

    def __init__(self, dataset: Dataset, config: TrainingConfig, base: Base) -> None:
        self._dataset, self._base = dataset, base
        self._cache = config.transformer.cache
        self._exported: Exported | None = None
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def compared(self) -> list[Reading]:
        """On which int8 is compared with fp32: test clues, where there are any."""
        return [*(self._dataset.unseen or self._dataset.readings)][:_COMPARED]

    @property
    def exported(self) -> Exported:
        """``prepare`` comes first."""
        assert self._exported is not None  # noqa: S101 – prepared
        return self._exported

    def prepare(self, advance: Advance) -> None:
        """Export the encoder and encode every text of the dataset."""
        if self._exported is not None:
            return
        advance("导出预训练编码器")
        texts = [reading.written for reading in self.compared]
        self._exported = export(self._base.encoder, self._base, texts, self._base.read_layers)
        self._encode([*self._dataset.readings, *self._dataset.noisy.values()], advance)

    def of(self, readings: Sequence[Reading]) -> States:
        """Shape (texts, hidden)."""
        self._encode([r for r in readings if r.written not in self._known], lambda _: None)
        return np.stack([self._known[reading.written] for reading in readings])

    def reader(self, heads: MeanStateHeads) -> TransformerReader:
        """The encoder under these heads."""
        return TransformerReader(self.exported.encoder, heads, self._base.sources)

    def _encode(self, readings: Sequence[Reading], advance: Advance) -> None:
        if readings:
            texts = [reading.written for reading in readings]
            found = pooled_states(self.exported.encoder, texts, self._cache, advance)
            self._known.update(zip(texts, found, strict=True))


class FrozenLearner:
    """Linear support vector machines on the standardised mean state."""

    def __init__(self, dataset: Dataset, config: TrainingConfig, states: FrozenStates) -> None:
        self._dataset, self._config, self._states = dataset, config, states
        self._record: dict[str, Any] = {}

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        return self.score_readings(seen, [self._dataset.readings[i] for i in held_out.tolist()])

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        """Call ``score_out_of_fold`` first."""
        return self._fit(seen).outputs(self._states.of(readings))

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        self._states.prepare(advance)
        return fold_by_fold(self, self._dataset, self._config.folds, lambda _: None)

    def learn(self, advance: Advance) -> TransformerReader:
        self._states.prepare(advance)
        advance("训练各头")
        heads = self._fit(np.arange(len(self._dataset.readings)))
        self._record = self._states.exported.check(heads, fitted_on_int8=True)
        return self._states.reader(heads)

    def record(self) -> dict[str, Any]:
        return {"transformer": self._record}

    def clear(self) -> None:
        """Nothing: the vectors are for every run."""

    def _fit(self, rows: Rows) -> MeanStateHeads:
        readings, targets = self._dataset.lessons(rows)
        return fit_heads(self._states.of(readings), targets, self._dataset.labels, self._config)


def standardised(states: States) -> tuple[States, States, States]:
    """States (n, hidden) with mean 0 and deviation 1, their centre and their scale (hidden,)."""
    centre = states.mean(axis=0)
    scale = np.maximum(states.std(axis=0), 1e-6)
    return (states - centre) / scale, centre, scale


def fit_heads(
    states: States, targets: Targets, labels: Labels, config: TrainingConfig
) -> MeanStateHeads:
    """Machines on standardised states (n, hidden), the scale folded into their weights."""
    even, centre, scale = standardised(states)
    regularisation = config.transformer.regularisation
    weights, bias = fit_columns(even, targets, labels, regularisation, config.seed)
    return MeanStateHeads((weights / scale[:, None]).astype(np.float32), bias, centre, labels)
