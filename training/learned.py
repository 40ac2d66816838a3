"""Which clues a model has learned from, so that nobody judges it by them."""

import hashlib
from collections.abc import Iterable

import numpy as np
from safetensors.numpy import load, save

from model.bundle import Bundle
from model.clean import clean

LEARNED = "learned.safetensors"


def content_key(text: str) -> int:
    """64 bits of SHA-256 of the cleaned text without white space; no text can be read from it."""
    compact = "".join(clean(text).text.split())
    return int.from_bytes(hashlib.sha256(compact.encode()).digest()[:8], "big")


def learned_file(texts: Iterable[str]) -> bytes:
    """The keys of all texts, sorted, as a file of the bundle."""
    keys = np.array(sorted({content_key(text) for text in texts}), dtype=np.uint64)
    return save({"keys": keys.view(np.int64)})


def learned_keys(bundle: Bundle) -> frozenset[int]:
    """Empty for a bundle from before this file was kept."""
    if LEARNED not in bundle.files:
        return frozenset()
    return frozenset(load(bundle.read(LEARNED))["keys"].view(np.uint64).tolist())
