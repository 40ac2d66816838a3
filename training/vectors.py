"""Texts as character n-grams: nothing learned from labels, nothing that loses a Chinese word."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
_WIDTH = 2**18


def character_vectors(texts: Sequence[str]) -> sparse.csr_matrix:
    """TF-IDF of hashed character 2–3-grams, rows of unit length; shape (texts, 2¹⁸).

    Cosines of these rows say how much two texts have in common, 0 … 1.
    """
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    hashing = HashingVectorizer(
        analyzer="char", ngram_range=(2, 3), n_features=_WIDTH, alternate_sign=False, norm=None
    )
    counts = hashing.transform(["".join(text.split()) for text in texts])
    return sparse.csr_matrix(TfidfTransformer(sublinear_tf=True).fit_transform(counts))


def nearest(rows: sparse.csr_matrix, others: sparse.csr_matrix, block: int = 512) -> Floats:
    """The cosine of each row with the most similar of the others, 0 where there are none."""
    found = np.zeros(rows.shape[0])
    if others.shape[0] == 0:
        return found
    for start in range(0, rows.shape[0], block):
        likeness = (rows[start : start + block] @ others.T).tocsr()
        found[start : start + block] = np.asarray(likeness.max(axis=1).todense()).ravel()
    return found
