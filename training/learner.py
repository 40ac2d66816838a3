"""What every way of learning does: fit a reader on some clues, judge clues it has not seen."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from model.heads import Scores, split_outputs
from model.reader import Reader
from model.reading import Reading
from training.config import TrainingConfig
from training.dataset import Dataset

Advance = Callable[[str], None]
Rows = NDArray[np.int64]
Outputs = NDArray[np.float32]
"""Raw outputs of all heads side by side, shape (clues, outputs)."""
Remember = Callable[[str, int, Callable[[], Outputs]], Outputs]
"""Gives back, under a name and with so many rows, what an earlier run, broken off, has computed;
else computes it."""


def compute_anew(name: str, rows: int, compute: Callable[[], Outputs]) -> Outputs:
    """Remember nothing."""
    return compute()


class Learner(Protocol):
    """Learns from one dataset under one configuration."""

    def score_held_out(self, seen: Rows, held_out: Rows) -> Outputs:
        """Outputs for the rows ``held_out`` of a reader fitted on the rows ``seen``."""

    def score_readings(self, seen: Rows, readings: Sequence[Reading]) -> Outputs:
        """Outputs for texts outside the dataset, of a reader fitted on the rows ``seen``."""

    def score_out_of_fold(self, advance: Advance) -> Outputs:
        """Outputs for every row by a reader that has not seen its fold."""

    def learn(self, advance: Advance) -> Reader:
        """The reader fitted on every row."""

    def record(self) -> dict[str, Any]:
        """What the bundle's card tells of how it was learned."""

    def clear(self) -> None:
        """The run is through: what is on disk only to resume it goes."""


def fold_by_fold(
    learner: Learner,
    dataset: Dataset,
    folds: int,
    advance: Advance,
    remember: Remember = compute_anew,
) -> Outputs:
    """Outputs (n, outputs) of every item by a reader that has not seen its fold."""
    found, rows = [], []
    for number in range(folds):
        advance(f"交叉验证 第 {number + 1}/{folds} 折")
        seen, held_out = dataset.fold(number)
        compute = partial(learner.score_held_out, seen, held_out)
        found.append(remember(f"fold-{number + 1}", held_out.size, compute))
        rows.append(held_out)
    in_order = np.argsort(np.concatenate(rows))
    return np.asarray(np.concatenate(found)[in_order])


def learner_for(
    dataset: Dataset, config: TrainingConfig, remember: Remember = compute_anew
) -> Learner:
    """The learner of the configured encoder. Raises InvalidCheckpoint for a bad base model."""
    if config.encoder != "linear":
        return _pretrained(dataset, config, remember)
    if config.unlabelled is None:
        from training.fit import LinearLearner

        return LinearLearner(dataset, config, remember)
    from model.signals import load_signals
    from training.distil import DistillingLearner, read_unlabelled

    unlabelled = read_unlabelled(config.unlabelled, load_signals(config.signals))
    teacher = _pretrained(dataset, config.model_copy(update={"encoder": "hybrid"}), remember)
    return DistillingLearner(dataset, config, teacher, unlabelled)


def _pretrained(dataset: Dataset, config: TrainingConfig, remember: Remember) -> Learner:
    """A frozen encoder joins the n-grams as features; a fine-tuned one has said its own by then,
    so its scores are stacked."""
    from training.transformer.base import load_base

    base, together = load_base(config.transformer), config.encoder == "hybrid"
    if config.transformer.mode == "frozen":
        from training.transformer.frozen import FrozenLearner, FrozenStates
        from training.transformer.joined import JoinedLearner

        states = FrozenStates(dataset, config, base)
        if together:
            return JoinedLearner(dataset, config, states, remember)
        return FrozenLearner(dataset, config, states)
    from training.transformer.fine_tuned import FineTunedLearner

    tuned = FineTunedLearner(dataset, config, base)
    if not together:
        return tuned
    from training.fit import LinearLearner
    from training.transformer.stacked import StackedLearner

    return StackedLearner(dataset, config, LinearLearner(dataset, config, remember), tuned)


def learner_steps(config: TrainingConfig) -> int:
    """How many times a learner calls ``advance`` at most."""
    linear = config.folds + 1
    fits = (config.folds + 1) * config.transformer.epochs + 2
    pretrained = 12 if config.transformer.mode == "frozen" else fits
    if config.encoder == "transformer":
        return pretrained
    if config.encoder == "hybrid":
        return linear + pretrained
    if config.unlabelled is not None:
        return 3 * linear + pretrained
    return linear


def score_out_of_fold(dataset: Dataset, config: TrainingConfig, advance: Advance) -> Scores:
    """Scores (n, labels) of every item by a model that has not seen its fold."""
    learner = learner_for(dataset, config)
    outputs = learner.score_out_of_fold(advance)
    learner.clear()
    return split_outputs(outputs, dataset.labels)
