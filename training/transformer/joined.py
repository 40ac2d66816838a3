"""n-grams and the frozen encoder's state side by side, under one machine a label."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from model.heads import HEADS, LinearHeads
from model.hybrid_reader import HybridReader
from model.linear_reader import LinearReader
from model.reader import joined_outputs
from model.reading import Reading
from model.transformer_reader import MeanStateHeads
from training.config import TrainingConfig
from training.dataset import Dataset
from training.fit import as_kept, count_ngrams, fit_columns
from training.learner import Advance, Outputs, Remember, Rows, compute_anew, fold_by_fold
from training.transformer.frozen import FrozenStates, standardised


class JoinedLearner:
    """What it learns is the sum of two linear readers that were fitted together.

    The state, standardised, has the mean length ``transformer.weight`` beside the characters' 1.
    """

    def __init__(
        self,
        dataset: Dataset,
        config: TrainingConfig,
        states: FrozenStates,
        remember: Remember = compute_anew,
    ) -> None:
        self._dataset, self._config, self._states = dataset, config, states
        self._remember = remember
        self._record: dict[str, Any] = {}

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        return self.score_readings(seen, [self._dataset.readings[i] for i in held_out.tolist()])

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        """Call ``score_out_of_fold`` first."""
        linear, heads = self._fit(seen)
        return joined_outputs(linear, readings) + heads.outputs(self._states.of(readings))

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        self._states.prepare(advance)
        return fold_by_fold(self, self._dataset, self._config.folds, advance, self._remember)

    def learn(self, advance: Advance) -> HybridReader:
        self._states.prepare(advance)
        advance("在全部数据上训练")
        linear, heads = self._fit(np.arange(len(self._dataset.readings)))
        beside = joined_outputs(linear, self._states.compared)
        self._record = self._states.exported.check(heads, beside, fitted_on_int8=True)
        return HybridReader(linear, self._states.reader(heads), dict.fromkeys(HEADS, 1.0))

    def record(self) -> dict[str, Any]:
        return {"transformer": self._record}

    def clear(self) -> None:
        """Nothing: the vectors are for every run."""

    def _fit(self, rows: Rows) -> tuple[LinearReader, MeanStateHeads]:
        config, labels = self._config, self._dataset.labels
        readings, targets = self._dataset.lessons(rows)
        encoder, counted = count_ngrams([reading.encoded for reading in readings], config)
        even, centre, scale = standardised(self._states.of(readings))
        length = config.transformer.weight / np.float32(np.sqrt(even.shape[1]))
        matrix = sparse.hstack([counted, sparse.csr_matrix(even * length)], format="csr")
        weights, bias = fit_columns(matrix, targets, labels, config.regularisation, config.seed)
        ngrams, states = np.split(weights, [encoder.keys.size])
        folded = (states * (length / scale)[:, None]).astype(np.float32)
        return (
            LinearReader(encoder, LinearHeads(as_kept(ngrams), bias, labels)),
            MeanStateHeads(folded, np.zeros_like(bias), centre, labels),
        )
