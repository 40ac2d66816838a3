"""A base checkpoint from a local folder or a hub: one form, or one clear sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from model.bundle import read_bundle
from model.errors import InvalidCheckpoint
from training.transformer.checkpoint import EVERYDAY, resolve_base_model

UNKNOWN = "[UNK]"
WORDS = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(EVERYDAY)]


@pytest.fixture
def tiny_bert(tmp_path: Path) -> Path:
    """A BERT as one downloads it: config, weights, tokenizer."""
    folder = tmp_path / "tiny-bert"
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    backend = Tokenizer(WordPiece({word: n for n, word in enumerate(WORDS)}, unk_token=UNKNOWN))
    backend.pre_tokenizer = BertPreTokenizer()
    PreTrainedTokenizerFast(tokenizer_object=backend, unk_token=UNKNOWN).save_pretrained(folder)
    return folder


def test_a_local_bert_is_brought_into_the_one_form(tiny_bert: Path, tmp_path: Path) -> None:
    folder = resolve_base_model(str(tiny_bert), tmp_path / "cache")
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "model.safetensors", "tokenizer.json", "sources.json", "manifest.json",
    }  # fmt: skip
    again = BertModel.from_pretrained(folder)
    original = BertModel.from_pretrained(tiny_bert)
    ids = torch.tensor([[5, 6, 7]])
    assert torch.equal(again(ids).last_hidden_state, original(ids).last_hidden_state)


def test_its_sources_and_licence_note_are_recorded(tiny_bert: Path, tmp_path: Path) -> None:
    folder = resolve_base_model(str(tiny_bert), tmp_path / "cache")
    sources = json.loads((folder / "sources.json").read_text("utf-8"))
    assert sources["base_model"] == str(tiny_bert)
    assert sources["sources"][0]["licence"]


def test_other_weights_are_another_folder(tiny_bert: Path, tmp_path: Path) -> None:
    first = resolve_base_model(str(tiny_bert), tmp_path / "cache")
    model = BertModel.from_pretrained(tiny_bert)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight += 1
    model.save_pretrained(tiny_bert)
    assert resolve_base_model(str(tiny_bert), tmp_path / "cache") != first


def test_a_tokenizer_whose_numbers_run_past_the_weights_is_refused(
    tiny_bert: Path, tmp_path: Path
) -> None:
    """As many words as there are weights, but one of them has a number beyond the last."""
    tokenizer = json.loads((tiny_bert / "tokenizer.json").read_text("utf-8"))
    tokenizer["model"]["vocab"]["孩"] = len(WORDS)
    (tiny_bert / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(InvalidCheckpoint, match="不配套"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_without_room_for_the_converted_model_nothing_is_left(
    tiny_bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full is a device that is always full."""
    original = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        return original(Path("/dev/full") if "cache" in self.parts else self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InvalidCheckpoint, match="请腾出约 300 MB 空间"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_file_is_named(name: str, tiny_bert: Path, tmp_path: Path) -> None:
    (tiny_bert / name).unlink()
    with pytest.raises(InvalidCheckpoint, match=name):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_half_written_weights_leave_no_folder_behind(tiny_bert: Path, tmp_path: Path) -> None:
    weights = tiny_bert / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(InvalidCheckpoint, match="无法读取"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def _rewrite(folder: Path, change: Callable[[str, torch.Tensor], dict[str, torch.Tensor]]) -> None:
    """Replace every tensor of the folder's weights by what ``change`` makes of it."""
    weights = load_file(folder / "model.safetensors").items()
    changed = {k: v for name, values in weights for k, v in change(name, values).items()}
    save_file(changed, folder / "model.safetensors", {"format": "pt"})


@pytest.mark.parametrize("gone", ["encoder.layer.1.", "encoder.layer.", "embeddings."])
def test_missing_weights_are_named(gone: str, tiny_bert: Path, tmp_path: Path) -> None:
    _rewrite(tiny_bert, lambda name, values: {} if name.startswith(gone) else {name: values})
    with pytest.raises(InvalidCheckpoint, match=f"权重不完整，缺少 {gone}"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_weights_under_foreign_names_are_missing(tiny_bert: Path, tmp_path: Path) -> None:
    _rewrite(tiny_bert, lambda name, values: {f"foreign_{name}": values})
    with pytest.raises(InvalidCheckpoint, match=r"缺少 embeddings\.word_embeddings\.weight"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_layers_promised_but_not_stored_are_missing(tiny_bert: Path, tmp_path: Path) -> None:
    config = json.loads((tiny_bert / "config.json").read_text("utf-8"))
    (tiny_bert / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 6}), "utf-8")
    with pytest.raises(InvalidCheckpoint, match=r"缺少 encoder\.layer\.2\."):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_weights_that_are_no_numbers_are_named(tiny_bert: Path, tmp_path: Path) -> None:
    spoilt = "encoder.layer.0.output.dense.bias"
    _rewrite(tiny_bert, lambda name, values: {name: values / 0 if name == spoilt else values})
    with pytest.raises(InvalidCheckpoint, match=f"非数值：{spoilt}"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_names_may_begin_with_the_kind_of_model(tiny_bert: Path, tmp_path: Path) -> None:
    """As in a checkpoint of masked language modelling."""
    plain = read_bundle(resolve_base_model(str(tiny_bert), tmp_path / "cache"))
    _rewrite(tiny_bert, lambda name, values: {f"bert.{name}": values})
    prefixed = read_bundle(resolve_base_model(str(tiny_bert), tmp_path / "cache"))
    assert prefixed.read("model.safetensors") == plain.read("model.safetensors")


def test_without_a_pooler_the_weights_are_the_same(tiny_bert: Path, tmp_path: Path) -> None:
    whole = read_bundle(resolve_base_model(str(tiny_bert), tmp_path / "cache"))
    _rewrite(tiny_bert, lambda name, values: {} if "pooler" in name else {name: values})
    without = read_bundle(resolve_base_model(str(tiny_bert), tmp_path / "cache"))
    assert without.read("model.safetensors") == whole.read("model.safetensors")


def test_an_altered_cache_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = resolve_base_model(str(tiny_bert), tmp_path / "cache")
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(InvalidCheckpoint, match="已损坏"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_a_tokenizer_with_more_words_than_the_weights_is_refused(
    tiny_bert: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    shutil.copytree(tiny_bert, small)
    config = BertConfig.from_pretrained(tiny_bert)
    config.vocab_size = 9
    BertModel(config).save_pretrained(small)
    with pytest.raises(InvalidCheckpoint, match="不配套"):
        resolve_base_model(str(small), tmp_path / "cache")


@pytest.mark.parametrize("kept", [0, 2, 5, 5 + len(set(EVERYDAY)) // 2])
def test_a_tokenizer_that_does_not_know_everyday_characters_is_refused(
    kept: int, tiny_bert: Path, tmp_path: Path
) -> None:
    """Nothing, the unknown alone, the specials alone, half of the characters."""
    tokenizer = json.loads((tiny_bert / "tokenizer.json").read_text("utf-8"))
    tokenizer["model"]["vocab"] = {word: n for n, word in enumerate(WORDS[:kept])}
    (tiny_bert / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(InvalidCheckpoint, match=r"不认得 .*常用汉字"):
        resolve_base_model(str(tiny_bert), tmp_path / "cache")


def test_a_few_characters_may_be_unknown(tiny_bert: Path, tmp_path: Path) -> None:
    tokenizer = json.loads((tiny_bert / "tokenizer.json").read_text("utf-8"))
    tokenizer["model"]["vocab"] = {word: n for n, word in enumerate(WORDS[:-5])}
    (tiny_bert / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    assert resolve_base_model(str(tiny_bert), tmp_path / "cache").is_dir()


def test_without_a_hub_the_message_says_what_to_use_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InvalidCheckpoint, match="封闭网络中请用 e5-small"):
        resolve_base_model("hfl/chinese-macbert-base", tmp_path / "cache")
