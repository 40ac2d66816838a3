"""The pretrained encoder that training starts from, as a folder of one form whatever its origin.

``config.json``, ``model.safetensors``, ``tokenizer.json`` and ``sources.json`` (what it is, its
licences, the prefix it wants before a text), under a manifest: a folder that is half-written or
altered is refused. Folders are cached by a hash of what they were made from.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.bundle import json_bytes, read_bundle, write_bundle
from model.errors import InvalidBundle, InvalidCheckpoint
from model.os_causes import cause
from training.transformer import e5_small, packed_e5, vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

E5_SMALL = "e5-small"
DEFAULT_CACHE = Path("var/checkpoints")
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TOKENIZERS = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model")
_FORMAT = "2"
"""Of the cached folders; folders of 1 may hold random weights where a base model lacked some."""

_POOLER = "pooler."
"""Heads are fitted on token states: no base model needs a pooler."""

EVERYDAY = (
    "孩子被锁在屋里三天没吃的，邻居都听见哭声。工厂半夜往河里排黑水，举报多次也没人管。"
    "公司拖欠工人工资，老板电话打不通，我们要求依法处理。我的案子什么时候开庭？"
)
"""Characters that every tokenizer of Chinese knows."""

_UNKNOWN_ALLOWED = 0.2
"""Of the everyday characters. Tokenizers of Chinese know all, those of English a few."""

_FOREIGN = "\U00013000"
"""A hieroglyph: no vocabulary has it."""

_NAMED = 3
"""So many tensors are named in an error."""


def resolve_base_model(name: str, cache: Path = DEFAULT_CACHE) -> Path:
    """The folder of a base checkpoint: ``e5-small``, a local folder, or an id on a model hub.

    Made on first use, found again under ``cache`` afterwards. Raises InvalidCheckpoint when it
    cannot be had, is incomplete, altered, or its tokenizer does not fit its weights.
    """
    if name == E5_SMALL:
        recipe = [Path(str(part.__file__)) for part in (e5_small, packed_e5, vocabulary)]
        origin = [e5_small.packed_file(), *recipe]
        return _cached(cache, E5_SMALL, origin, e5_small.assemble, _e5_sources())
    folder = Path(name)
    if not folder.is_dir():
        folder = _from_hub(name)
    found = _local_files(folder)
    return _cached(cache, folder.name, found, lambda: _convert(folder), _sources(name, found))


def _cached(
    cache: Path,
    label: str,
    origin: list[Path],
    make: Callable[[], dict[str, bytes]],
    sources: Mapping[str, Any],
) -> Path:
    digest = hashlib.sha256(_FORMAT.encode())
    for path in origin:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    folder = cache / f"{label}-{digest.hexdigest()[:16]}"
    if not folder.exists():
        files = make() | {"sources.json": json_bytes(sources)}
        try:
            write_bundle(folder, files)
        except OSError as error:
            raise InvalidCheckpoint(
                f"底座模型无法写入 {cache}（{cause(error)}），请腾出约 300 MB 空间或检查权限"
            ) from error
    _check(folder)
    return folder


def _check(folder: Path) -> None:
    from tokenizers import Tokenizer

    try:
        bundle = read_bundle(folder)
    except InvalidBundle as error:
        raise InvalidCheckpoint(
            f"底座模型缓存已损坏：{error.detail}；请删除 {folder} 后重试"
        ) from error
    tokenizer = Tokenizer.from_str(bundle.text("tokenizer.json"))
    words = max(tokenizer.get_vocab().values(), default=-1) + 1
    configured = int(bundle.json("config.json")["vocab_size"])
    if words > configured:
        raise InvalidCheckpoint(
            f"底座模型的分词器编号到 {words}，权重只有 {configured} 个词，两者不配套，"
            "请换一个底座模型"
        )
    unknown = _unknown_share(tokenizer)
    if unknown > _UNKNOWN_ALLOWED:
        raise InvalidCheckpoint(
            f"底座模型的分词器不认得 {unknown:.0%} 的常用汉字（最多允许 {_UNKNOWN_ALLOWED:.0%}），"
            "词表不完整或不是中文模型，请换一个底座模型"
        )


def _unknown_share(tokenizer: "Tokenizer") -> float:
    """Share of the everyday characters that are read as a foreign one is.

    Each alone, so that a vocabulary of characters is known as well as one of longer pieces.
    """
    everyday = sorted(set(EVERYDAY))
    try:
        foreign, *read = (tokenizer.encode(character).ids for character in (_FOREIGN, *everyday))
    except Exception:  # the library's only kind: a vocabulary that lacks even the unknown
        return 1.0
    return read.count(foreign) / len(everyday)


def _e5_sources() -> dict[str, Any]:
    return {"base_model": E5_SMALL, "prefix": e5_small.PREFIX, "sources": e5_small.SOURCES}


def _sources(name: str, files: list[Path]) -> dict[str, Any]:
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    licence = "见该模型的发布页；入库前请核对许可"
    return {
        "base_model": name,
        "prefix": "",
        "sources": [{"name": name, "licence": licence, "sha256": sums}],
    }


def _from_hub(name: str) -> Path:
    """Download by the hub's own client. Nothing else in the project asks the network."""
    from huggingface_hub import snapshot_download

    try:
        patterns = ["*.json", *_WEIGHTS, *_TOKENIZERS]
        return Path(snapshot_download(name, allow_patterns=patterns))
    except Exception as error:  # the client raises a dozen kinds, all meaning: not to be had
        raise InvalidCheckpoint(
            f"底座模型 {name} 既不是文件夹，也无法从模型库下载；"
            f"封闭网络中请用 {E5_SMALL}，或先把模型复制到本机再填文件夹路径"
        ) from error


def _local_files(folder: Path) -> list[Path]:
    config = folder / "config.json"
    weights = [folder / name for name in _WEIGHTS if (folder / name).is_file()]
    tokenizers = [folder / name for name in _TOKENIZERS if (folder / name).is_file()]
    if not config.is_file() or not weights or not tokenizers:
        lacking = "、".join(
            name
            for name, there in (
                ("config.json", config.is_file()),
                ("/".join(_WEIGHTS), weights),
                ("/".join(_TOKENIZERS), tokenizers),
            )
            if not there
        )
        raise InvalidCheckpoint(f"底座模型文件夹 {folder} 缺少 {lacking}，请补全后重试")
    return [config, weights[0], tokenizers[0]]


def _convert(folder: Path) -> dict[str, bytes]:
    """Any BERT-like encoder in the one form: the bare encoder and its fast tokenizer."""
    import torch
    from safetensors.torch import save
    from transformers import AutoModel, AutoTokenizer

    try:
        encoder, found = AutoModel.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except Exception as error:  # whatever a broken file makes the library raise
        raise InvalidCheckpoint(
            f"底座模型文件夹 {folder} 无法读取（文件损坏、未写完，或不是 BERT 类编码器）"
        ) from error
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise InvalidCheckpoint(f"底座模型 {folder} 没有快速分词器（tokenizer.json），无法使用")
    _check_weights(folder, encoder, found["missing_keys"])
    weights = {
        name: value.contiguous()
        for name, value in encoder.state_dict().items()
        if not name.startswith(_POOLER)
    }
    with tempfile.TemporaryDirectory() as scratch:
        encoder.config.save_pretrained(scratch)
        config = json.loads((Path(scratch) / "config.json").read_text("utf-8"))
    return {
        "config.json": json_bytes(config),
        "model.safetensors": save(weights, {"format": "pt"}),
        "tokenizer.json": backend.to_str().encode(),
    }


def _check_weights(folder: Path, encoder: Any, missing: Collection[str]) -> None:
    """Raises InvalidCheckpoint where the library filled in random numbers, or there are none."""
    needed = {
        name: values for name, values in encoder.named_parameters() if not name.startswith(_POOLER)
    }
    lacking = [name for name in needed if name in missing]
    if lacking:
        raise InvalidCheckpoint(
            f"底座模型文件夹 {folder} 的权重不完整，缺少 {_some(lacking)}；"
            "请重新下载，并核对 config.json 与权重文件出自同一模型"
        )
    broken = [name for name, values in needed.items() if not values.isfinite().all()]
    if broken:
        raise InvalidCheckpoint(
            f"底座模型文件夹 {folder} 的权重含有无穷大或非数值：{_some(broken)}；请重新下载"
        )


def _some(names: list[str]) -> str:
    more = f" 等 {len(names)} 个张量" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more
