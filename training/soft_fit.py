"""The linear reader fitted on labels and, beside them, on probabilities somebody else gave."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

from model.calibrate import Floats, Probabilities
from model.encode import learn_vocabulary
from model.heads import Labels, LinearHeads
from model.linear_reader import LinearReader
from model.reading import Reading
from training.config import TrainingConfig
from training.dataset import Targets
from training.fit import as_matrix

_NEVER_SEEN = -3.0


@dataclass(frozen=True, slots=True)
class SoftLesson:
    """Texts without labels, a teacher's probabilities for them, and what one such text counts
    beside a labelled one."""

    readings: Sequence[Reading]
    probabilities: Probabilities
    weight: float


def fit_soft(
    readings: Sequence[Reading],
    targets: Targets,
    soft: SoftLesson,
    labels: Labels,
    config: TrainingConfig,
) -> LinearReader:
    """Each unlabelled text stands in every column twice, as a positive that counts p and as a
    negative that counts 1 − p: distillation (Hinton, Vinyals & Dean 2015) for a margin loss."""
    texts = [reading.encoded for reading in [*readings, *soft.readings]]
    encoder = learn_vocabulary(
        texts, minimum_documents=config.minimum_documents, word_weight=config.word_weight
    )
    matrix = as_matrix([encoder.encode(text) for text in texts], encoder.keys.size)
    fitted = [
        _fit_column(matrix, goal, counts * np.r_[np.ones(len(readings)), soft_counts], config)
        for goal, counts, soft_counts in _columns(targets, soft, labels)
    ]
    weights = np.stack([weight for weight, _ in fitted], axis=1).astype(np.float16)
    bias = np.array([offset for _, offset in fitted], dtype=np.float32)
    return LinearReader(encoder, LinearHeads(weights.astype(np.float32), bias, labels))


def _columns(
    targets: Targets, soft: SoftLesson, labels: Labels
) -> list[tuple[Floats, Floats, Floats]]:
    """Per output: the goals of all texts in [0, 1], what each counts, and what the soft count."""
    every = np.full(len(soft.readings), soft.weight)
    open_choice = labels.allowed.sum(axis=1) > 1
    asked = open_choice[targets.module].astype(float)
    soft_asked = soft.probabilities.module @ open_choice.astype(float)
    columns = []
    for head, sure, unsure in (
        ("module", np.ones(targets.module.size), every),
        ("urgency", np.ones(targets.module.size), every),
        ("function", asked, every * soft_asked),
        ("concern", np.ones(targets.module.size), every),
    ):
        truth, guessed = getattr(targets, head), getattr(soft.probabilities, head)
        for index in range(guessed.shape[1]):
            known = truth[:, index] if head == "concern" else truth == index
            goal = np.r_[known.astype(float), guessed[:, index]]
            columns.append((goal, np.r_[sure, np.ones(every.size)], unsure))
    return columns


def _fit_column(
    matrix: sparse.csr_matrix, goal: Floats, counts: Floats, config: TrainingConfig
) -> tuple[NDArray[np.float64], float]:
    """A machine on every text as a positive and as a negative, each class of equal mass."""
    positive, negative = counts * goal, counts * (1 - goal)
    up, down = np.flatnonzero(positive > 0.01), np.flatnonzero(negative > 0.01)
    if not up.size or not down.size:
        return np.zeros(matrix.shape[1]), -_NEVER_SEEN if up.size else _NEVER_SEEN
    half = (positive[up].sum() + negative[down].sum()) / 2
    weight = np.r_[
        positive[up] * half / positive[up].sum(), negative[down] * half / negative[down].sum()
    ]
    machine = LinearSVC(C=config.regularisation, random_state=config.seed, tol=0.01, max_iter=5000)
    truth = np.r_[np.ones(up.size), np.zeros(down.size)]
    machine.fit(matrix[np.r_[up, down]], truth, sample_weight=weight)
    return machine.coef_[0], float(machine.intercept_[0])
