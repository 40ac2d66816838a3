"""torch → ONNX → int8, refused when it no longer says the same."""

import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from model.errors import FenzhenError
from model.heads import Labels, split_outputs
from model.onnx_encoder import OnnxEncoder
from model.token_windows import WindowCutter
from model.transformer_reader import MeanStateHeads
from training.transformer.base import Base
from training.transformer.network import States

LARGEST_GAP = 1e-3
"""Between any state in torch and in ONNX, both fp32."""
LEAST_COSINE = 0.995
"""Between a text's mean state in torch and in int8, for the worst text."""
MOST_CHANGED = 0.005
"""Share of labels that int8 may change."""


class ExportRefusedError(FenzhenError):
    """The exported encoder does not say what the trained one says."""

    code = "export_refused"
    title = "Exported encoder differs"


def to_onnx(encoder: Any, read: Sequence[int] = ()) -> bytes:
    """The encoder in fp32 with dynamic batch and length."""
    ids = torch.ones((2, 9), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    axes = {0: "batch", 1: "tokens"}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The TorchScript exporter is marked as old; it takes 3 s where the new one takes 25.
        warnings.simplefilter("ignore")
        path = Path(folder) / "encoder.onnx"
        torch.onnx.export(
            States(encoder, read).eval(),
            (ids, mask),
            str(path),
            dynamo=False,
            input_names=["input_ids", "attention_mask"],
            output_names=["states"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "states": axes},
            opset_version=17,
        )
        return path.read_bytes()


def to_8_bit(network: bytes) -> bytes:
    """8-bit weights in blocks of 32, activations quantised to int8 block by block as they come;
    the table of embeddings in half precision.

    ``quantize_dynamic`` is 1.7 times as fast but takes one range for all activations: it changed
    5 % of the modules and 10 % of the urgencies of a frozen encoder, and what a text gets would
    depend on the texts read with it. See ``docs/models.md``.
    """
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import (
        DefaultWeightOnlyQuantConfig,
        MatMulNBitsQuantizer,
    )

    how = DefaultWeightOnlyQuantConfig(
        block_size=_BLOCK, is_symmetric=True, accuracy_level=_INT8_ACTIVATIONS, bits=8
    )
    log = logging.getLogger("onnxruntime.quantization.matmul_nbits_quantizer")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        quantiser = MatMulNBitsQuantizer(onnx.load_from_string(network), algo_config=how)
        quantiser.process()
    finally:
        log.setLevel(level)
    graph = quantiser.model.model
    _halve_embeddings(graph.graph)
    return bytes(graph.SerializeToString())


_BLOCK = 32
_INT8_ACTIVATIONS = 4
"""ONNX Runtime's ``accuracy_level`` for int8 arithmetic."""


def to_half(network: bytes) -> bytes:
    """Weights in half precision, widened once when the network is loaded: fp32 arithmetic."""
    import onnx

    graph = onnx.load_from_string(network)
    _halve_embeddings(graph.graph)
    _halve_matrices(graph.graph)
    return bytes(graph.SerializeToString())


def _halve_matrices(graph: Any) -> None:
    """Keep matrices of floats as float16, and cast them before anything else is done."""
    import onnx

    for matrix in graph.initializer:
        values = onnx.numpy_helper.to_array(matrix)
        if values.ndim != 2 or values.dtype != np.float32:
            continue
        wide, half = matrix.name, f"{matrix.name}_half"
        matrix.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), half))
        graph.node.insert(
            0, onnx.helper.make_node("Cast", [half], [wide], to=onnx.TensorProto.FLOAT)
        )


def _halve_embeddings(graph: Any) -> None:
    """Keep look-up tables of floats as float16, and cast what is looked up."""
    import onnx

    tables = {item.name: item for item in graph.initializer if len(item.dims) == 2}
    for node in list(graph.node):
        if node.op_type != "Gather" or node.input[0] not in tables:
            continue
        table = tables[node.input[0]]
        values = onnx.numpy_helper.to_array(table)
        if values.dtype != np.float32:
            continue
        table.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), table.name))
        wide, node.output[0] = node.output[0], f"{node.output[0]}_half"
        cast = onnx.helper.make_node("Cast", [node.output[0]], [wide], to=onnx.TensorProto.FLOAT)
        graph.node.insert(list(graph.node).index(node) + 1, cast)


@dataclass(frozen=True, slots=True)
class Exported:
    """The smaller encoder, and mean states (texts, hidden) of some texts by fp32 and by it;
    ``network`` is the encoder in fp32."""

    encoder: OnnxEncoder
    exact: NDArray[np.float32]
    found: NDArray[np.float32]
    network: bytes = b""

    def in_fp32(self, base: Base, texts: Sequence[str]) -> "Exported":
        """The same with fp32 arithmetic over weights in half precision, for the same texts."""
        wider = base.onnx_encoder(to_half(self.network))
        return replace(self, encoder=wider, found=_pooled(wider, texts))

    def check(
        self,
        heads: MeanStateHeads,
        beside: NDArray[np.float32] | float = 0.0,
        *,
        fitted_on_int8: bool = False,
    ) -> dict[str, float]:
        """What the smaller encoder costs in states and labels.

        Raises ExportRefusedError beyond the bounds.

        ``beside`` (texts, outputs) is what another reader adds to the scores of the same texts.

        Heads that were fitted on what int8 says have never known fp32: for them the labels that
        fp32 would give are told, not required.
        """
        least = _least_cosine(self.exact, self.found)
        if least < LEAST_COSINE:
            raise ExportRefusedError(_refusal(f"最小余弦 {least:.4f}，至少应为 {LEAST_COSINE}"))
        wide, narrow = (
            _labels(heads.outputs(states) + beside, heads.labels)
            for states in (self.exact, self.found)
        )
        changed = max(float((a != b).mean()) for a, b in zip(wide, narrow, strict=True))
        # In a set too small to show half a percent, one label is let pass.
        if not fitted_on_int8 and changed > max(MOST_CHANGED, 1 / len(self.exact)):
            told = f"{changed:.1%} 的标签改变，至多应为 {MOST_CHANGED:.1%}"
            raise ExportRefusedError(_refusal(told))
        return {"least_cosine": round(least, 4), "labels_changed": round(changed, 4)}


def export(encoder: Any, base: Base, texts: Sequence[str], read: Sequence[int] = ()) -> Exported:
    """Export and quantise. Raises ExportRefusedError when ONNX in fp32 is not what torch says."""
    whole = to_onnx(encoder, read)
    exact = base.onnx_encoder(whole)
    gap = _gap(States(encoder, read).eval(), base, exact, texts[:8])
    if gap > LARGEST_GAP:
        raise ExportRefusedError(_refusal(f"fp32 状态相差 {gap:.1e}，至多应为 {LARGEST_GAP:.0e}"))
    small = base.onnx_encoder(to_8_bit(whole))
    return Exported(small, _pooled(exact, texts), _pooled(small, texts), whole)


def _pooled(encoder: OnnxEncoder, texts: Sequence[str]) -> NDArray[np.float32]:
    return np.stack([found.pooled for found in encoder.encode(texts)])


@torch.no_grad()
def _gap(network: States, base: Base, exact: OnnxEncoder, texts: Sequence[str]) -> float:
    """The largest difference of any state between torch and ONNX, both in fp32."""
    cutter = WindowCutter(Tokenizer.from_buffer(base.tokenizer), base.plan)
    gaps = []
    for cut, found in zip(cutter.cut(texts), exact.encode(texts), strict=True):
        ids = torch.from_numpy(cut.windows[0].ids)[None]
        states = network(ids, torch.ones_like(ids))[0].numpy()
        gaps.append(np.abs(states - found.states[: len(states)]).max())
    return float(max(gaps))


def _least_cosine(exact: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    norms = np.linalg.norm(exact, axis=1) * np.linalg.norm(found, axis=1)
    return float(((exact * found).sum(axis=1) / np.maximum(norms, 1e-12)).min())


def _labels(outputs: NDArray[np.float32], labels: Labels) -> list[NDArray[np.int64]]:
    scores = split_outputs(outputs, labels)
    return [getattr(scores, head).argmax(axis=1) for head in ("module", "urgency", "function")]


def _refusal(told: str) -> str:
    return (
        f"导出的编码器与训练所得不一致（{told}），没有写模型包；"
        "请检查 onnx、onnxruntime 的版本，或换一个底座模型"
    )
