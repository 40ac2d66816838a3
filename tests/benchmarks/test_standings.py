"""Contenders are compared on the same resamples, whole groups of texts at a time."""

import numpy as np
import pytest

from benchmarks.answers import Question
from benchmarks.sets import draw
from benchmarks.standings import gain, gains_over, mean_macro_f1
from benchmarks.texts import Texts

GOAL = np.array(["公益诉讼", "公益诉讼", "司法救助", "司法救助"] * 25)
EACH_ALONE = [str(number) for number in range(GOAL.size)]


def test_level_contenders_gain_nothing_in_any_resample() -> None:
    half_right = [np.where(np.arange(GOAL.size) % 2 == 0, GOAL, "其他")]
    found = gain(GOAL, half_right, half_right, EACH_ALONE)
    assert (found.low, found.value, found.high) == (0, 0, 0)


def test_a_contender_with_several_fits_is_judged_by_their_mean() -> None:
    never = np.full(GOAL.size, "其他")
    assert mean_macro_f1(GOAL, [GOAL, never]) == pytest.approx(0.5)
    assert gain(GOAL, [GOAL, never], [never], EACH_ALONE).value == pytest.approx(0.5)


def test_few_witnesses_leave_the_gain_less_sure_than_many() -> None:
    """Messages of one author stand or fall together."""
    ours, theirs = [GOAL], [np.where(np.arange(GOAL.size) < 30, "其他", GOAL)]
    alone = gain(GOAL, ours, theirs, EACH_ALONE)
    by_author = gain(GOAL, ours, theirs, [str(number // 10) for number in range(GOAL.size)])
    assert by_author.high - by_author.low > alone.high - alone.low


def test_draws_of_a_size_take_so_many_of_each_label() -> None:
    drawn = draw(GOAL, 16, seed=0)
    assert np.unique(drawn).size == 32
    assert np.unique(GOAL[drawn], return_counts=True)[1].tolist() == [16, 16]


def test_the_gain_over_a_base_is_the_mean_of_the_questions_about_the_same_texts() -> None:
    texts = Texts(["正文"] * GOAL.size, [], np.zeros((GOAL.size, 1)), np.arange(GOAL.size))
    one, other = (
        Question(name, texts, GOAL, texts, GOAL, [], {"自拟": np.arange(GOAL.size)})
        for name in ("module", "urgency")
    )
    never = [np.full(GOAL.size, "其他")]
    found = [{"linear": never, "joined": [GOAL]}, {"linear": never, "joined": never}]
    (line,) = gains_over("linear", [one, other], found)
    assert line == "| 自拟 | joined | +50.0 [+50.0, +50.0] | +50.0 [+50.0, +50.0] |"
