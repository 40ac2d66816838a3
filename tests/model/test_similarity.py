"""How alike two texts are: exact, estimated, and the same on every machine."""

import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.similarity import ALIKE, PERMUTATIONS, band_keys, bigrams, compare, jaccard, signature

WELL = "雁滩公园后门的井盖缺了一个月，晚上没有路灯，昨天一位老人踩空摔伤了腿，社区说不归他们管。"
# The first of the signature and of the band keys of WELL.
GOLDEN = [73094371, 94123395, 37697274, 11672024]
GOLDEN_KEYS = [1299378048, 1162756572]
texts = st.text(alphabet="城关区雁滩井盖路灯，。 a1", max_size=60)


def test_punctuation_and_spacing_make_no_difference() -> None:
    assert compare("井盖缺了，没人管！", "井盖缺了 没人管").jaccard == 1.0


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (WELL + "请尽快处理。", True),
        (WELL.replace("昨天", "前天").replace("老人", "大爷"), True),
        ("城关区雁滩路小学门口有人卖三无食品，孩子吃了拉肚子。", False),
    ],
)
def test_a_repeat_with_a_few_words_changed_is_a_near_copy(other: str, near: bool) -> None:
    assert compare(WELL, other).is_near_copy is near


def test_the_same_few_words_over_and_over_are_no_near_copy_of_saying_them_once() -> None:
    likeness = compare("救命", "救命救命救命救命救命救命")
    assert not likeness.is_near_copy


@given(texts, texts)
def test_likeness_is_symmetric_within_bounds_and_one_for_a_text_and_itself(a: str, b: str) -> None:
    assert compare(a, b) == compare(b, a)
    assert 0 <= compare(a, b).jaccard <= 1
    assert compare(a, a).jaccard == compare(a, a).in_order == 1.0


@given(texts)
def test_equal_bigrams_share_every_band(text: str) -> None:
    pair = np.stack([signature(bigrams(text)), signature(bigrams(f" {text}。"))])
    if any(map(str.isalnum, text)):
        assert (band_keys(pair)[0] == band_keys(pair)[1]).all()


def test_a_signature_estimates_the_share_of_common_bigrams() -> None:
    dealt = random.Random(1)
    errors = []
    for _ in range(200):
        words = [chr(0x4E00 + dealt.randrange(500)) for _ in range(80)]
        changed = [w if dealt.random() < 0.9 else chr(0x4E00 + dealt.randrange(500)) for w in words]
        one, other = bigrams("".join(words)), bigrams("".join(changed))
        estimate = float((signature(one) == signature(other)).mean())
        errors.append(estimate - jaccard(one, other))
    assert abs(float(np.mean(errors))) < 0.02  # four standard errors
    assert float(np.std(errors)) < 1.5 * 0.5 / PERMUTATIONS**0.5


def test_near_copies_share_a_band_as_often_as_the_formula_says() -> None:
    dealt = random.Random(2)
    found = []
    while len(found) < 300:
        words = [chr(0x4E00 + dealt.randrange(2000)) for _ in range(120)]
        changed = [w if dealt.random() < 0.89 else "某" for w in words]
        one, other = bigrams("".join(words)), bigrams("".join(changed))
        if abs(jaccard(one, other) - 0.65) < 0.03:
            keys = band_keys(np.stack([signature(one), signature(other)]))
            found.append(bool((keys[0] == keys[1]).any()))
    assert np.mean(found) > 0.90  # 0.957 expected at 0.65, four standard errors below
    assert ALIKE == 0.6


def test_signatures_are_the_same_in_another_process() -> None:
    program = (
        "from model.similarity import *; import sys;print(signature(bigrams(sys.argv[1])).tolist())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, WELL],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": ".", "PYTHONUTF8": "1"},
    )
    assert run.stdout.strip() == str(signature(bigrams(WELL)).tolist())


def test_signatures_stored_yesterday_still_hold() -> None:
    assert signature(bigrams(WELL))[:4].tolist() == GOLDEN
    assert band_keys(signature(bigrams(WELL))[np.newaxis])[0][:2].tolist() == GOLDEN_KEYS
