"""How the scores grow with the number of labelled clues."""

from collections.abc import Iterator

import numpy as np
from sklearn.metrics import f1_score

from model.calibrate import Calibration
from model.heads import Scores, split_outputs
from training.config import TrainingConfig
from training.dataset import Dataset
from training.evaluate import HEADS
from training.learner import Learner
from training.operation import take_scores

SHARES = (0.25, 0.5, 0.75, 1.0)


def learning_curve(
    learner: Learner,
    dataset: Dataset,
    scores: Scores,
    calibration: Calibration,
    config: TrainingConfig,
) -> Iterator[tuple[int, dict[str, float]]]:
    """Number of clues learned from and macro-F1 per head on fold 0, share by share.

    ``scores`` are the out-of-fold scores of the whole run, which give the last point for free.
    """
    seen, held_out = dataset.fold(0)
    shuffled = np.random.default_rng(config.seed).permutation(seen)
    goals = dataset.targets.take(held_out)
    for share in SHARES:
        some = np.sort(shuffled[: max(2, int(share * seen.size))])
        if share < 1:
            part = split_outputs(learner.score_held_out(some, held_out), dataset.labels)
        else:
            part = take_scores(scores, held_out)
        found = calibration.apply(part, dataset.labels)
        yield (
            int(some.size),
            {
                head: float(
                    f1_score(
                        getattr(goals, head),
                        getattr(found, head).argmax(axis=1),
                        labels=np.unique(getattr(goals, head)),
                        average="macro",
                        zero_division=0,
                    )
                )
                for head in HEADS
            },
        )
