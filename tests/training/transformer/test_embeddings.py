"""Texts are encoded once; a run that was killed goes on, a damaged cache is made anew."""

from pathlib import Path

import numpy as np
import pytest

from model.onnx_encoder import OnnxEncoder
from model.reader import Runtime
from training.config import TrainingConfig
from training.transformer.base import load_base
from training.transformer.embeddings import pooled_states
from training.transformer.export import to_onnx

TEXTS = [f"孩子被锁在屋里{days}天没吃的" for days in range(30)]


class Broken(Exception): ...


class CountingEncoder(OnnxEncoder):
    """The encoder itself, which remembers how many texts it was given."""

    asked = 0

    def encode(self, texts):  # type: ignore[no-untyped-def]
        self.asked += len(texts)
        return super().encode(texts)


@pytest.fixture
def encoder(tiny_config: TrainingConfig) -> CountingEncoder:
    base = load_base(tiny_config.transformer)
    plain = base.onnx_encoder(to_onnx(base.encoder))
    return CountingEncoder(plain.network, plain.tokenizer, plain.plan, Runtime())


def _break_off_at(chunk: str):  # type: ignore[no-untyped-def]
    def advance(told: str) -> None:
        if f"第 {chunk}/" in told:
            raise Broken

    return advance


def test_what_was_encoded_before_the_end_came_is_not_encoded_again(
    encoder: CountingEncoder, tmp_path: Path
) -> None:
    with pytest.raises(Broken):
        pooled_states(encoder, TEXTS, tmp_path, _break_off_at("6"))
    assert encoder.asked == 15
    found = pooled_states(encoder, TEXTS, tmp_path, lambda _: None)
    assert encoder.asked == 30
    assert np.array_equal(found, np.stack([x.pooled for x in encoder.encode(TEXTS)]))


def test_a_cache_cut_off_is_made_anew(encoder: CountingEncoder, tmp_path: Path) -> None:
    whole = pooled_states(encoder, TEXTS, tmp_path, lambda _: None)
    (file,) = (tmp_path / "embeddings").iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    assert np.array_equal(pooled_states(encoder, TEXTS, tmp_path, lambda _: None), whole)
