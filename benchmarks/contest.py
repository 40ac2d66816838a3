"""Contenders of the quality benchmark: each learns one set of labels and predicts it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from benchmarks.answers import Contender, Labels, of_texts
from benchmarks.texts import Texts
from model.encode import learn_vocabulary
from training.fit import as_matrix
from training.folds import folds

Scores = NDArray[np.float64]
_SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0)
_STATE_WEIGHT = 0.01
"""Of the standardised states beside n-grams of length 1; the best of five on held-out groups."""


def _machines(matrix: Any, truth: Labels, strength: float, seed: int) -> list[LinearSVC]:
    return [
        LinearSVC(
            C=strength, class_weight="balanced", tol=0.01, max_iter=5000, random_state=seed
        ).fit(matrix, truth == label)
        for label in np.unique(truth)
    ]


def _margins(machines: Sequence[LinearSVC], matrix: Any) -> Scores:
    return np.stack([machine.decision_function(matrix) for machine in machines], axis=1)


def _ngrams(seen: Texts, asked: Texts) -> tuple[Any, Any]:
    """Sparse features of both, of the vocabulary that ``seen`` has."""
    encoder = learn_vocabulary(
        [reading.encoded for reading in seen.readings], minimum_documents=2, word_weight=0.5
    )
    matrices = [
        as_matrix([encoder.encode(reading.encoded) for reading in texts.readings],
                  encoder.keys.size)
        for texts in (seen, asked)
    ]  # fmt: skip
    return matrices[0], matrices[1]


def _standardised(seen: Texts, asked: Texts) -> tuple[Any, Any]:
    scaler = StandardScaler().fit(seen.states)
    return scaler.transform(seen.states), scaler.transform(asked.states)


def linear_scores(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Scores:
    """fenzhen's linear reader."""
    known, unknown = _ngrams(seen, asked)
    return _margins(_machines(known, truth, 0.5, seed), unknown)


def frozen_scores(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Scores:
    """fenzhen's frozen transformer."""
    known, unknown = _standardised(seen, asked)
    return _margins(_machines(known, truth, 0.0003, seed), unknown)


def joined_scores(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Scores:
    """One machine on n-grams and states side by side."""
    known, unknown = (
        sparse.hstack([ngrams, _STATE_WEIGHT * states], format="csr")
        for ngrams, states in zip(_ngrams(seen, asked), _standardised(seen, asked), strict=True)
    )
    return _margins(_machines(known, truth, 0.5, seed), unknown)


def best_share(seen: Texts, truth: Labels, seed: int) -> float:
    """The transformer's share beside the linear margin, by out-of-fold accuracy of the mixture."""
    part = folds(truth.tolist(), seen.groups, count=2, seed=seed)
    codes = np.unique(truth)
    both = np.zeros((2, truth.size, codes.size))
    for number in range(2):
        rest, out = np.flatnonzero(part != number), np.flatnonzero(part == number)
        if np.unique(truth[rest]).size < codes.size:
            return 0.3  # a class too rare to hold out: the usual share
        for which, scores in enumerate((linear_scores, frozen_scores)):
            both[which, out] = scores(seen.take(rest), truth[rest], seen.take(out), seed)
    right = [
        float((codes[(both[0] + share * both[1]).argmax(axis=1)] == truth).mean())
        for share in _SHARES
    ]
    return _SHARES[int(np.argmax(right))]


def stacked_scores(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Scores:
    """Both readers' scores, stacked."""
    share = best_share(seen, truth, seed)
    linear = linear_scores(seen, truth, asked, seed)
    return linear + share * frozen_scores(seen, truth, asked, seed)


def by_scores(scores: Callable[[Texts, Labels, Texts, int], Scores]) -> Contender:
    """Chooses the label with the highest score."""

    def choose(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Labels:
        return np.asarray(np.unique(truth)[scores(seen, truth, asked, seed).argmax(axis=1)])

    return of_texts(choose)


def tfidf_svc(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Labels:
    """What one would pick instead: scikit-learn, character 1–3-grams, its defaults otherwise."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    machine = LinearSVC(random_state=seed).fit(vectors.fit_transform(seen.raw), truth)
    return np.asarray(machine.predict(vectors.transform(asked.raw)))


def fasttext(seen: Texts, truth: Labels, asked: Texts, seed: int) -> Labels:
    """fastText supervised on jieba words; at its default 5 or 25 epochs it hardly learns."""
    import tempfile
    from pathlib import Path

    import fasttext as library
    import rjieba

    def line(text: str) -> str:
        return " ".join(rjieba.cut(" ".join(text.split()), False))

    codes = np.unique(truth).tolist()
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in zip(seen.raw, truth, strict=True):
            file.write(f"__label__{codes.index(label)} {line(text)}\n")
        file.flush()
        fitted = library.train_supervised(
            str(Path(file.name)), lr=0.8, epoch=100, wordNgrams=2,
            thread=1, seed=seed, verbose=0, dim=100, bucket=200_000,
        )  # fmt: skip
    # The wrapper's predict breaks on numpy 2; what it wraps does not.
    found = [fitted.f.predict(f"{line(text)}\n", 1, 0.0, "strict")[0][1] for text in asked.raw]
    return np.array([codes[int(label.removeprefix("__label__"))] for label in found])


PEERS: Mapping[str, Contender] = {
    "TF-IDF + LinearSVC": of_texts(tfidf_svc),
    "fastText": of_texts(fasttext),
}

CONTENDERS: Mapping[str, Contender] = {
    "linear": by_scores(linear_scores),
    "transformer, frozen": by_scores(frozen_scores),
    "stacked, frozen": by_scores(stacked_scores),
    "joined, frozen": by_scores(joined_scores),
    **PEERS,
}
