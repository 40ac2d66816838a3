"""``python -m benchmarks.int8_labels BUNDLE``: what share of the labels of a frozen bundle would be
others if its encoder were run in fp32."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import load_rows
from model.bundle import read_bundle
from model.clue import Clue
from model.decide import choose_labels
from model.heads import HEADS, split_outputs
from model.hybrid_reader import HybridReader
from model.learned_model import LearnedModel
from model.onnx_encoder import OnnxEncoder
from model.reader import Reader, joined_outputs
from model.reading import Reading, read_clue
from model.signals import load_signals
from model.transformer_reader import TransformerReader
from training.transformer.base import load_base
from training.transformer.export import to_onnx
from training.transformer.settings import TransformerConfig


def exact_encoder(bundle: Path) -> OnnxEncoder:
    """The encoder that the bundle was made from, in fp32."""
    settings = read_bundle(bundle).json("card.json")["settings"]["transformer"]
    base = load_base(TransformerConfig.model_validate(settings))
    return base.onnx_encoder(to_onnx(base.encoder, base.read_layers))


def in_fp32(reader: Reader, encoder: OnnxEncoder) -> Reader:
    """The same reader over another encoder."""
    if isinstance(reader, HybridReader):
        return replace(reader, transformer=replace(reader.transformer, encoder=encoder))
    assert isinstance(reader, TransformerReader)
    return replace(reader, encoder=encoder)


def chosen(model: LearnedModel, readings: list[Reading]) -> list[NDArray[np.int64]]:
    """Labels of module, urgency and function as the service would choose them."""
    scores = split_outputs(joined_outputs(model.reader, readings), model.labels)
    probabilities = model.calibration.apply(scores, model.labels)
    return [*choose_labels(probabilities, model.labels, model.gates.urgency_costs)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bundle", type=Path)
    arguments = parser.parse_args()
    model = LearnedModel.from_bundle(read_bundle(arguments.bundle))
    exact = replace(model, reader=in_fp32(model.reader, exact_encoder(arguments.bundle)))
    signals = load_signals(arguments.bundle / "signals.yaml")
    rows = [row for row in load_rows(Path("datasets/clues")) if row["split"] == "test"]
    readings = [read_clue(Clue(text=row["text"], title=row.get("title")), signals) for row in rows]
    for head, ours, theirs in zip(
        HEADS, chosen(model, readings), chosen(exact, readings), strict=False
    ):
        print(f"{head}: {(ours != theirs).mean():.2%} of {len(readings)} test clues")


if __name__ == "__main__":
    main()
