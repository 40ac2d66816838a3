"""Fit the linear encoder and heads; scikit-learn finds the weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from model.encode import Features, LinearEncoder, learn_vocabulary
from model.heads import Labels, LinearHeads
from model.linear_reader import LinearReader
from model.reader import joined_outputs
from model.reading import Reading
from training.config import TrainingConfig
from training.dataset import Dataset, Targets
from training.learner import Advance, Outputs, Remember, Rows, compute_anew, fold_by_fold


class LinearLearner:
    """Fits afresh for every fold: a second or two each."""

    def __init__(
        self, dataset: Dataset, config: TrainingConfig, remember: Remember = compute_anew
    ) -> None:
        self._dataset = dataset
        self._config = config
        self._remember = remember

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        return self.score_readings(seen, [self._dataset.readings[row] for row in held_out.tolist()])

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        return joined_outputs(self._fit(seen), readings)

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        return fold_by_fold(self, self._dataset, self._config.folds, advance, self._remember)

    def learn(self, advance: Advance) -> LinearReader:
        advance("在全部数据上训练")
        return self._fit(np.arange(len(self._dataset.readings)))

    def record(self) -> dict[str, Any]:
        return {}

    def clear(self) -> None:
        """Nothing of its own is on disk."""

    def _fit(self, rows: Rows) -> LinearReader:
        readings, targets = self._dataset.lessons(rows)
        texts = [reading.encoded for reading in readings]
        return LinearReader(*fit_linear(texts, targets, self._dataset.labels, self._config))


def fit_linear(
    texts: Sequence[str], targets: Targets, labels: Labels, config: TrainingConfig
) -> tuple[LinearEncoder, LinearHeads]:
    """Fit on cleaned texts.

    One-versus-rest linear support vector machines with balanced class weights (LIBLINEAR's dual
    coordinate descent, Fan et al. 2008): rare classes count, and one pass costs time in
    proportion to the text. How many passes it takes: see ``benchmarks/results.md``.
    The function head learns only from modules that leave a choice.
    """
    encoder, matrix = count_ngrams(texts, config)
    weights, bias = fit_columns(matrix, targets, labels, config.regularisation, config.seed)
    return encoder, LinearHeads(as_kept(weights), bias, labels)


def count_ngrams(
    texts: Sequence[str], config: TrainingConfig
) -> tuple[LinearEncoder, sparse.csr_matrix]:
    """The vocabulary of the texts, and their features (texts, vocabulary)."""
    encoder = learn_vocabulary(
        list(texts), minimum_documents=config.minimum_documents, word_weight=config.word_weight
    )
    return encoder, as_matrix([encoder.encode(text) for text in texts], encoder.keys.size)


def as_kept(weights: NDArray[np.float64]) -> NDArray[np.float32]:
    """The n-grams' weights as a bundle gives them back: it keeps them in half precision."""
    return weights.astype(np.float16).astype(np.float32)


def fit_columns(
    matrix: sparse.csr_matrix | NDArray[np.float32],
    targets: Targets,
    labels: Labels,
    regularisation: float,
    seed: int,
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Weights (features, outputs) and bias (outputs,) of all heads, one machine an output."""
    open_choice = labels.allowed[targets.module].sum(axis=1) > 1
    columns = [
        *_one_hot(targets.module, len(labels.modules)),
        *_one_hot(targets.urgency, len(labels.urgencies)),
        *[
            np.where(open_choice, column, np.nan)
            for column in _one_hot(targets.function, len(labels.functions))
        ],
        *targets.concern.T.astype(float),
    ]
    fitted = [_fit_column(matrix, column, regularisation, seed) for column in columns]
    weights = np.stack([weight for weight, _ in fitted], axis=1)
    return weights, np.array([offset for _, offset in fitted], dtype=np.float32)


def as_matrix(features: Sequence[Features], width: int) -> sparse.csr_matrix:
    """Sparse matrix of shape (texts, width)."""
    pointers = np.cumsum([0, *(item.indices.size for item in features)])
    values = np.concatenate([item.values for item in features])
    indices = np.concatenate([item.indices for item in features])
    return sparse.csr_matrix((values, indices, pointers), shape=(len(features), width))


def _one_hot(indices: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    return np.asarray(indices[None, :] == np.arange(size)[:, None], dtype=np.float64)


_NEVER_SEEN = -3.0
"""Margin of a label that the data never shows (shown always: its negative)."""


_TOLERANCE = 0.01
"""LIBLINEAR's own default is 0.1; scikit-learn's 1e-4 costs many more passes and
moved no figure of the out-of-fold report by 0.002."""


def _fit_column(
    matrix: sparse.csr_matrix | NDArray[np.float32],
    column: NDArray[np.float64],
    regularisation: float,
    seed: int,
) -> tuple[NDArray[np.float64], float]:
    rows = np.flatnonzero(~np.isnan(column))
    kinds = np.unique(column[rows])
    if kinds.size < 2:
        return np.zeros(matrix.shape[1]), -_NEVER_SEEN if kinds.sum() == 1 else _NEVER_SEEN
    machine = LinearSVC(
        C=regularisation,
        class_weight="balanced",
        random_state=seed,
        tol=_TOLERANCE,
        max_iter=5000,
    )
    machine.fit(matrix[rows], column[rows])
    return machine.coef_[0], float(machine.intercept_[0])
