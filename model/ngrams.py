"""Characters and words of a text as hashed n-grams with their positions, by whole-array arithmetic.

A span's hash is that of a polynomial over its code points modulo 2⁶⁴ (Karp & Rabin 1987),
read off prefix sums, so that every n-gram of every length costs one subtraction and one product.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import rjieba
from numpy.typing import NDArray

from model.splitmix import mix

CHARACTER_ORDERS = (1, 2, 3)
WORD_ORDERS = (1, 2)

_BASE = 0x9E3779B97F4A7C15 | 1  # odd, so it has an inverse modulo 2⁶⁴
_INVERSE = pow(_BASE, -1, 1 << 64)
_BLANKS = np.array([ord(" "), ord("\n")], dtype=np.uint64)
# One for each order of characters, one for words, one for pairs of words.
_SALTS = np.array(
    [0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x1D8E4E27C47D124F,
     0xEB44ACCAB455D165], dtype=np.uint64,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every n-gram occurrence of one text.

    ``keys`` (m,) are 64-bit hashes, ``starts`` and ``ends`` (m,) half-open spans of the text.
    ``is_word`` (m,) tells word n-grams from character n-grams.
    """

    keys: NDArray[np.uint64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    is_word: NDArray[np.bool_]


def occurrences(text: str) -> Occurrences:
    """Character 1–3-grams, then jieba words and word pairs (dictionary segmentation, no HMM).

    One-character words and stop words stay: 不 and 没 carry meaning. White space is formatting:
    no n-gram holds any, and words pair up across it.
    """
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    powers, inverses = _powers(1 << max(10, int(codes.size).bit_length()))
    prefix = _running_sum(codes * powers[: codes.size])
    blanks = _running_sum(np.isin(codes, _BLANKS).astype(np.uint64))
    bounds = word_bounds(text)
    bounds = np.stack([bounds[:-1], bounds[1:]])[:, blanks[bounds[1:]] == blanks[bounds[:-1]]]
    positions = np.arange(codes.size + 1, dtype=np.int32)
    starts, ends = [], []
    for order in CHARACTER_ORDERS:
        end = positions[order:]
        begin = positions[: end.size]
        solid = blanks[end] == blanks[begin]
        starts.append(begin[solid])
        ends.append(end[solid])
    begin = np.concatenate([*starts, bounds[0]])
    end = np.concatenate([*ends, bounds[1]])
    sizes = [*(part.size for part in starts), bounds.shape[1], max(0, bounds.shape[1] - 1)]
    spans = (prefix[end] - prefix[begin]) * inverses[begin]
    words = spans[spans.size - bounds.shape[1] :]
    pairs = words[:-1] * np.uint64(_BASE) + words[1:]
    keys = np.bitwise_xor(np.concatenate([spans, pairs]), np.repeat(_SALTS, sizes))
    is_word = np.zeros(keys.size, dtype=bool)
    is_word[keys.size - sizes[-1] - sizes[-2] :] = True
    return Occurrences(
        mix(keys),
        np.concatenate([begin, bounds[0][:-1]]),
        np.concatenate([end, bounds[1][1:]]),
        is_word,
    )


def _running_sum(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sums of the first 0, 1, … n values modulo 2⁶⁴; shape (n + 1,)."""
    sums = np.zeros(values.size + 1, dtype=np.uint64)
    np.cumsum(values, out=sums[1:])
    return sums


def word_bounds(text: str) -> NDArray[np.int32]:
    """Offsets at which words begin, and the end of the text; shape (words + 1,)."""
    words = rjieba.cut(text, False)
    bounds = np.zeros(len(words) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, words), dtype=np.int32, count=len(words)), out=bounds[1:])
    return bounds


@cache
def _powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """_BASE⁰ … and its inverse's powers modulo 2⁶⁴, each of shape (size,)."""
    powers = np.full(size, _BASE, dtype=np.uint64)
    inverses = np.full(size, _INVERSE, dtype=np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverses, dtype=np.uint64)
