"""The frozen encoder: texts are encoded once, as the service will, and heads fitted on that."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.heads import Labels
from model.onnx_encoder import OnnxEncoder
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


class FrozenLearner:
    """Linear support vector machines on the standardised mean state of the int8 encoder."""

    def __init__(self, dataset: Dataset, config: TrainingConfig, base: Base) -> None:
        self._dataset, self._config, self._base = dataset, config, base
        self._encoder: OnnxEncoder | None = None
        self._states: NDArray[np.float32] | None = None
        self._exported: Exported | None = None
        self._record: dict[str, Any] = {}

    def prepare(self, advance: Advance) -> None:
        """Export the encoder and encode every text."""
        if self._states is not None:
            return
        advance("导出预训练编码器")
        some = [reading.written for reading in self._dataset.unseen or self._dataset.readings]
        self._exported = export(
            self._base.encoder, self._base, some[:_COMPARED], self._base.read_layers
        )
        self._encoder = self._exported.encoder
        readings = [*self._dataset.readings, *self._dataset.noisy.values()]
        texts = [reading.written for reading in readings]
        cache = self._config.transformer.cache
        self._states = pooled_states(self._encoder, texts, cache, advance)

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        states = self._of_rows(held_out)
        return self._fit(seen).outputs(states)

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        """Call ``prepare`` or ``score_out_of_fold`` first."""
        assert self._encoder is not None  # noqa: S101 – prepared
        texts = [reading.written for reading in readings]
        cache = self._config.transformer.cache
        states = pooled_states(self._encoder, texts, cache, lambda _: None)
        return self._fit(seen).outputs(states)

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        self.prepare(advance)
        return fold_by_fold(self, self._dataset, self._config.folds, lambda _: None)

    def learn(self, advance: Advance) -> TransformerReader:
        self.prepare(advance)
        advance("训练各头")
        assert self._encoder is not None and self._exported is not None  # noqa: S101 – prepared
        heads = self._fit(np.arange(len(self._dataset.readings)))
        self._record = self._exported.check(heads, fitted_on_int8=True)
        return TransformerReader(self._encoder, heads, self._base.sources)

    def record(self) -> dict[str, Any]:
        return {"transformer": self._record}

    def _of_rows(self, rows: Rows) -> NDArray[np.float32]:
        assert self._states is not None  # noqa: S101 – prepared
        return self._states[rows]

    def _fit(self, rows: Rows) -> MeanStateHeads:
        copied = [i for i, row in enumerate(self._dataset.noisy) if row in set(rows.tolist())]
        places = np.concatenate([rows, len(self._dataset.readings) + np.array(copied, np.int64)])
        sources = np.array(list(self._dataset.noisy), dtype=np.int64)[copied]
        targets = self._dataset.targets.take(np.concatenate([rows, sources]))
        return fit_heads(self._of_rows(places), targets, self._dataset.labels, self._config)


def fit_heads(
    states: NDArray[np.float32], targets: Targets, labels: Labels, config: TrainingConfig
) -> MeanStateHeads:
    """Machines on standardised states (n, hidden), the scale folded into their weights."""
    centre = states.mean(axis=0)
    scale = np.maximum(states.std(axis=0), 1e-6)
    regularisation = config.transformer.regularisation
    weights, bias = fit_columns(
        (states - centre) / scale, targets, labels, regularisation, config.seed
    )
    folded = (weights / scale[:, None]).astype(np.float32)
    return MeanStateHeads(folded, bias, centre.astype(np.float32), labels)
