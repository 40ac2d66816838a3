"""What fine-tuning makes small: all heads at once, rare classes counted, impossible ones masked."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from model.heads import Labels
from training.dataset import Targets

_BETA = 0.999


def class_weights(truth: NDArray[np.int64], classes: int) -> Tensor:
    """(1 − β) / (1 − βⁿ) per class, of mean 1 over the classes that occur (Cui, Jia, Lin, Song &
    Belongie, "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019)."""
    counts = np.bincount(truth, minlength=classes)
    weights = np.where(counts > 0, (1 - _BETA) / (1 - _BETA ** np.maximum(counts, 1)), 0.0)
    return torch.tensor(weights / weights[counts > 0].mean(), dtype=torch.float32)


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross entropy of module, urgency and function, plus that of every concern.

    The function is asked given the true module: functions it does not allow get no probability,
    and a module with a single function teaches nothing.
    """

    labels: Labels
    module: Tensor
    urgency: Tensor
    allowed: Tensor

    @classmethod
    def for_targets(cls, targets: Targets, labels: Labels) -> "Loss":
        return cls(
            labels,
            class_weights(targets.module, len(labels.modules)),
            class_weights(targets.urgency, len(labels.urgencies)),
            torch.tensor(labels.allowed),
        )

    def __call__(self, outputs: Tensor, goals: Targets) -> Tensor:
        """Mean loss over outputs (n, outputs)."""
        sizes = [len(self.labels.codes(head)) for head in ("module", "urgency", "function")]
        sizes.append(len(self.labels.concerns))
        module, urgency, function, concern = torch.split(outputs, sizes, dim=1)
        device = outputs.device
        truth = torch.as_tensor(goals.module, device=device)
        possible = self.allowed.to(device)[truth]
        return (
            functional.cross_entropy(module, truth, weight=self.module.to(device))
            + functional.cross_entropy(
                urgency,
                torch.as_tensor(goals.urgency, device=device),
                weight=self.urgency.to(device),
            )
            + functional.cross_entropy(
                function.masked_fill(~possible, -1e4),
                torch.as_tensor(goals.function, device=device),
            )
            + functional.binary_cross_entropy_with_logits(
                concern, torch.as_tensor(goals.concern, device=device).float()
            )
        )
