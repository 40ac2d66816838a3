"""The pretrained encoder made ready: weights, tokenizer, how it wants its texts, whose it is."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.bundle import read_bundle
from model.errors import FenzhenError, InvalidCheckpoint
from model.onnx_encoder import OnnxEncoder
from model.reader import Runtime
from model.token_windows import ReadingPlan
from training.transformer.settings import TransformerConfig


@dataclass(frozen=True)
class Base:
    """``encoder`` is a torch module in evaluation mode; ``identity`` names weights and plan."""

    folder: Path
    encoder: Any
    tokenizer: bytes
    plan: ReadingPlan
    sources: bytes
    identity: str
    read_layers: tuple[int, ...]
    threads: int

    def onnx_encoder(self, network: bytes) -> OnnxEncoder:
        """``network`` with this tokenizer and plan, run with the trainer's threads."""
        return OnnxEncoder(network, self.tokenizer, self.plan, Runtime(threads=self.threads))


def read_layers(layers: int, mode: str) -> tuple[int, ...]:
    """A frozen encoder is read in its middle, at three quarters and at its end, which know
    different things: four points of out-of-fold accuracy more than the end alone. A fine-tuned
    one learns to say all at its end."""
    if mode != "frozen":
        return (layers,)
    return tuple(sorted({max(1, layers // 2), max(1, layers * 3 // 4), layers}))


def base_folder(settings: TransformerConfig) -> Path:
    """The configured base model, made ready; the folder's name tells its content.

    Raises InvalidCheckpoint when it cannot be had, FenzhenError when the libraries for it cannot.
    """
    try:
        import torch  # noqa: F401
        import transformers  # noqa: F401
    except ModuleNotFoundError as error:
        raise FenzhenError(
            f"缺少预训练编码器所需的组件 {error.name}，"
            '请先运行 pip install "fenzhen[train,transformer]"，或改用 --encoder linear'
        ) from error
    from training.transformer.checkpoint import resolve_base_model

    return resolve_base_model(settings.base_model, settings.cache / "checkpoints")


def load_base(settings: TransformerConfig) -> Base:
    """Resolve and load the configured base model. Raises as ``base_folder``."""
    folder = base_folder(settings)
    import torch

    from training.transformer.network import load_encoder

    torch.set_num_threads(settings.threads)
    files = read_bundle(folder)
    plan = ReadingPlan(files.json("sources.json")["prefix"], settings.window, settings.windows)
    encoder = load_encoder(folder, settings.layers)
    positions = int(files.json("config.json").get("max_position_embeddings", 512))
    if plan.window > positions:
        raise InvalidCheckpoint(
            f"底座模型 {folder} 一次最多读 {positions} 个词元，请把 window 改到 {positions} 以内"
        )
    return Base(
        folder,
        encoder,
        files.read("tokenizer.json"),
        plan,
        files.read("sources.json"),
        f"{files.version}/{settings.layers}/{plan}",
        read_layers(encoder.config.num_hidden_layers, settings.mode),
        settings.threads,
    )
