"""A cleaned text as a sparse vector of TF-IDF features that know where they stand in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidConfiguration
from model.ngrams import Occurrences, occurrences


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one text.

    ``indices`` (k,) are columns of the vocabulary, ascending and distinct; ``values`` (k,) their
    TF-IDF weights. ``slots`` (o,) points from each known occurrence to its feature, and
    ``starts`` and ``ends`` (o,) give the occurrence's span in the cleaned text.
    """

    indices: NDArray[np.int32]
    values: NDArray[np.float32]
    slots: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class LinearEncoder:
    """Indexed n-grams with sublinear TF-IDF, each block (characters, words) of unit length.

    ``keys`` (v,) holds the vocabulary's hashes in ascending order, ``idf`` (v,) their inverse
    document frequencies, ``word_weight`` the length of the word block beside characters' 1.
    Sublinear tf and smoothed idf as in Manning, Raghavan & Schütze (2008), §6.4.
    """

    keys: NDArray[np.uint64]
    idf: NDArray[np.float32]
    word_weight: float

    def encode(self, text: str) -> Features:
        """Features of a cleaned text; unknown n-grams are ignored."""
        found = occurrences(text)
        # Sorted once, equal n-grams lie side by side and the look-ups walk through memory in order.
        order = np.argsort(found.keys)
        ordered = found.keys[order]
        firsts = np.flatnonzero(
            np.concatenate(([True], ordered[1:] != ordered[:-1]))[: ordered.size]
        )
        counts = np.diff(firsts, append=ordered.size)
        distinct = ordered[firsts]
        columns = np.searchsorted(self.keys, distinct)
        columns[columns == self.keys.size] = 0
        known = self.keys[columns] == distinct
        indices = columns[known].astype(np.int32)
        values = ((1 + np.log(counts[known])) * self.idf[indices]).astype(np.float32)
        occurs = order[np.repeat(known, counts)]
        is_word = found.is_word[order[firsts[known]]]
        _scale(values, ~is_word, 1.0)
        _scale(values, is_word, self.word_weight)
        slots = np.repeat(np.arange(indices.size, dtype=np.int32), counts[known])
        return Features(indices, values, slots, found.starts[occurs], found.ends[occurs])


def _scale(values: NDArray[np.float32], block: NDArray[np.bool_], length: float) -> None:
    """Give the block of the vector the Euclidean length asked for, in place."""
    norm = float(np.sqrt(np.sum(values[block] ** 2)))
    if norm > 0:
        values[block] *= length / norm


def learn_vocabulary(
    texts: list[str], *, minimum_documents: int, word_weight: float
) -> LinearEncoder:
    """Index every n-gram that at least ``minimum_documents`` of the cleaned texts contain.

    Raises InvalidConfiguration where none is left.
    """
    per_text = [np.unique(_keys(occurrences(text))) for text in texts]
    keys, counts = np.unique(np.concatenate(per_text), return_counts=True)
    kept = counts >= minimum_documents
    if not kept.any():
        told = (
            f"minimum_documents：{len(texts)} 条线索里没有字词出现在至少 {minimum_documents} 条中"
        )
        raise InvalidConfiguration("训练设置", [f"{told}，请改小或增加标注"])
    idf = np.log((1 + len(texts)) / (1 + counts[kept])) + 1
    return LinearEncoder(keys[kept], idf.astype(np.float32), word_weight)


def _keys(found: Occurrences) -> NDArray[np.uint64]:
    return found.keys
