"""Encoding: n-grams of characters and of jieba words, known by hash, weighed by TF-IDF."""

import itertools

import jieba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from model.encode import learn_vocabulary
from model.errors import InvalidConfiguration
from model.ngrams import CHARACTER_ORDERS, occurrences, word_bounds

TEXTS = [
    "派出所不立案,我该怎么办",
    "他打死人了快来救我,派出所不立案",
    "工厂半夜偷排污水,河里的鱼都死了",
    "孩子被锁在屋里三天没吃的",
]


def _words(text: str) -> list[str]:
    bounds = word_bounds(text)
    return [text[a:b] for a, b in itertools.pairwise(bounds)]


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_those_of_jieba(text: str) -> None:
    jieba.setLogLevel("ERROR")
    assert _words(text) == jieba.Tokenizer().lcut(text, HMM=False)


@pytest.mark.parametrize("word", ["没", "他", "不"])
def test_one_character_words_and_negations_are_word_features(word: str) -> None:
    text = "警察没来他不走"
    found = occurrences(text)
    starts, ends = found.starts[found.is_word], found.ends[found.is_word]
    assert word in {text[a:b] for a, b in zip(starts, ends, strict=True)}


def test_the_same_characters_elsewhere_have_the_same_key() -> None:
    first, second = occurrences("污水直排"), occurrences("夜里污水直排进河")
    common = set(first.keys.tolist()) & set(second.keys.tolist())
    assert len(common) >= 10


@given(st.text(min_size=1, max_size=80))
def test_every_occurrence_is_a_span_of_the_text(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    found = occurrences(text)
    assert (found.starts >= 0).all() and (found.ends <= len(text)).all()
    assert (found.starts < found.ends).all()


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3))
def test_distinct_ngrams_have_distinct_keys(parts: list[str]) -> None:
    text = "".join(parts)
    found = occurrences(text)
    characters = ~found.is_word
    spans = zip(found.starts[characters], found.ends[characters], strict=True)
    ngrams = {text[a:b] for a, b in spans}
    assert len(set(found.keys[characters].tolist())) == len(ngrams)


def test_where_no_ngram_is_frequent_enough_the_setting_is_named() -> None:
    with pytest.raises(InvalidConfiguration, match=r"minimum_documents：.*请改小或增加标注"):
        learn_vocabulary(TEXTS, minimum_documents=100_000, word_weight=0.5)


def test_character_weights_equal_those_of_scikit_learn() -> None:
    """Oracle: the character block is scikit-learn's sublinear, smoothed, L2-normalised TF-IDF."""
    encoder = learn_vocabulary(TEXTS, minimum_documents=1, word_weight=0.0)
    oracle = TfidfVectorizer(
        analyzer="char",
        ngram_range=(CHARACTER_ORDERS[0], CHARACTER_ORDERS[-1]),
        sublinear_tf=True,
        lowercase=False,
    ).fit_transform(TEXTS)
    for row, text in enumerate(TEXTS):
        ours = np.sort(encoder.encode(text).values)
        expected = np.sort(oracle[row].data)
        assert np.allclose(ours[ours > 0], expected, atol=1e-6)


def test_unknown_ngrams_are_ignored() -> None:
    encoder = learn_vocabulary(TEXTS, minimum_documents=1, word_weight=0.5)
    assert encoder.encode("龘靐齉").indices.size == 0
