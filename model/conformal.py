"""Candidate sets that hold the true label with a stated probability, for the rarest class too.

Class-conditional (Mondrian) split conformal prediction: Vovk, Gammerman & Shafer,
"Algorithmic Learning in a Random World" (2005), ch. 4; score 1 − p(label) as in
Sadinle, Lei & Wasserman (2019).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def class_quantiles(probabilities: Floats, truth: NDArray[np.int64], coverage: float) -> Floats:
    """Per class, the largest 1 − p at which it still belongs to the set.

    ``probabilities`` (n, classes) of calibration items that the model has not been fitted on,
    ``truth`` (n,) class indices, ``coverage`` in (0, 1). A class with too few items for the
    coverage asked gets 1: it is always a candidate, which is the honest answer.
    """
    quantiles = np.ones(probabilities.shape[1])
    for label in range(probabilities.shape[1]):
        misfit = np.sort(1 - probabilities[truth == label, label])
        rank = int(np.ceil((misfit.size + 1) * coverage))
        if rank <= misfit.size:
            quantiles[label] = misfit[rank - 1]
    return quantiles


def candidates(probabilities: Floats, quantiles: Floats) -> NDArray[np.bool_]:
    """Which labels belong to the set; shapes (…, classes), (classes,) → (…, classes)."""
    return np.asarray(1 - probabilities <= quantiles)
