"""Mean states of texts, kept on disk: each text is encoded once for an encoder and a plan."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from model.onnx_encoder import OnnxEncoder
from training.learner import Advance
from training.transformer.whole_file import whole_file

CHUNKS = 10
"""In how many parts texts are encoded; what is done is on disk after each."""


def pooled_states(
    encoder: OnnxEncoder, texts: Sequence[str], folder: Path, advance: Advance
) -> NDArray[np.float32]:
    """Mean states (texts, hidden), from the cache where they are in it.

    A run that was killed goes on where its last chunk ended.
    """
    cache = _Cache(encoder, folder)
    missing = sorted({text for text in texts if _hash(text) not in cache.states}, key=_hash)
    for number, part in enumerate(np.array_split(np.arange(len(missing)), CHUNKS)):
        advance(f"预训练编码器通读 第 {number + 1}/{CHUNKS} 批")
        if part.size:
            some = [missing[i] for i in part]
            cache.add(some, np.stack([found.pooled for found in encoder.encode(some)]))
    return np.stack([cache.states[_hash(text)] for text in texts])


class _Cache:
    """One file a network and plan: the texts' hashes and their states."""

    def __init__(self, encoder: OnnxEncoder, folder: Path) -> None:
        digest = hashlib.sha256(encoder.network + encoder.tokenizer + repr(encoder.plan).encode())
        self._path = folder / "embeddings" / f"{digest.hexdigest()[:16]}.safetensors"
        self.states: dict[bytes, NDArray[np.float32]] = {}
        if self._path.is_file():
            self._load()

    def _load(self) -> None:
        try:
            found = load_file(self._path)
            hashes, states = found["hashes"], found["states"]
        except Exception:
            # It only saves time: what cannot be read is made anew.
            self._path.unlink()
            return
        self.states.update(zip(map(bytes, hashes), states, strict=True))

    def add(self, texts: Sequence[str], states: NDArray[np.float32]) -> None:
        self.states.update(zip(map(_hash, texts), states, strict=True))
        hashes = np.frombuffer(b"".join(self.states), dtype=np.uint8).reshape(-1, 32)
        content = save({"hashes": hashes, "states": np.stack([*self.states.values()])})
        # Several runs may share this file.
        with whole_file(self._path, "向量缓存", f".{os.getpid()}") as beside:
            beside.write_bytes(content)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
