"""What both readers say, added head by head; where the score comes from adds up."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.evidence import spread
from model.heads import HEADS, Labels, Scores
from model.hybrid_reader import mix
from model.onnx_encoder import TokenStates
from model.transformer_reader import MeanStateHeads, TransformerImpression

CODES = ("a", "b")
LABELS = Labels(CODES, CODES, CODES, CODES, np.ones((2, 2), dtype=bool))


def _scores(value: float) -> Scores:
    return Scores(*(np.full(2, value, dtype=np.float32) for _ in HEADS))


def test_a_share_of_nothing_leaves_the_linear_scores_as_they_are() -> None:
    mixed = mix(_scores(1.5), _scores(9.0), dict.fromkeys(HEADS, 0.0))
    assert all((getattr(mixed, head) == 1.5).all() for head in HEADS)


def test_every_head_has_its_own_share() -> None:
    mixed = mix(_scores(1), _scores(2), {"module": 0.5, "urgency": 1, "function": 0, "concern": 2})
    assert [float(getattr(mixed, head)[0]) for head in HEADS] == [2, 3, 1, 5]


@given(st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_what_tokens_add_sums_to_the_score(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    states = random.normal(size=(count, 4)).astype(np.float32)
    weights = random.normal(size=(4, 8)).astype(np.float32)
    places = np.arange(count, dtype=np.int32)
    heads = MeanStateHeads(
        weights, np.zeros(8, np.float32), states.mean(0) * np.float32(0.5), LABELS
    )
    found = TransformerImpression(TokenStates(states, places, places + 1, 1.0), heads, count)
    assert np.isclose(found.weights("urgency", "b").sum(), found.scores.urgency[1], atol=1e-4)


def test_special_tokens_speak_for_no_character() -> None:
    starts, ends = np.array([0, 0, 2], dtype=np.int32), np.array([0, 2, 2], dtype=np.int32)
    assert spread(starts, ends, np.array([5.0, 1.0, 7.0]), 3).tolist() == [0.5, 0.5, 0.0]
