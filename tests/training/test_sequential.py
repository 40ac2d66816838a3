"""The interval of a live comparison: right however often one looks, and sharp enough to end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.judging.gate import ShadowGate
from training.judging.sequential import Tally, confidence_sequence, log_capital
from training.judging.shadow import Models, judge_shadow, tally

ALPHA = 0.05
GATE = ShadowGate(alpha=ALPHA, margin=0.02)

counts = st.integers(0, 3000)


def _ever_misses(wins: float, losses: float, clues: int, streams: int, seed: int) -> float:
    """Share of streams whose interval excludes the truth at any of as many looks as clues."""
    random = np.random.default_rng(seed)
    truth = np.array([wins - losses])
    missed = 0
    for _ in range(streams):
        drawn = random.choice([1, -1, 0], size=clues, p=[wins, losses, 1 - wins - losses])
        won, lost, tied = (np.cumsum(drawn == outcome) for outcome in (1, -1, 0))
        above = log_capital(Tally(won, lost, tied), truth)  # type: ignore[arg-type]
        below = log_capital(Tally(lost, won, tied), -truth)  # type: ignore[arg-type]
        missed += bool((np.maximum(above, below) >= np.log(2 / ALPHA)).any())
    return missed / streams


@pytest.mark.slow
@pytest.mark.parametrize(("wins", "losses"), [(0.05, 0.05), (0.10, 0.04), (0.01, 0.03)])
def test_looking_after_every_clue_misses_the_truth_no_more_often_than_alpha(
    wins: float, losses: float
) -> None:
    assert _ever_misses(wins, losses, clues=2000, streams=500, seed=11) <= ALPHA


@pytest.mark.slow
def test_an_ordinary_test_looked_at_as_often_is_wrong_far_more_often() -> None:
    """Why the interval is not the textbook one: the sign test at 5 %, looked at every clue."""
    random = np.random.default_rng(11)
    alarms = 0
    for _ in range(200):
        drawn = random.choice([1, -1, 0], size=1500, p=[0.05, 0.05, 0.90])
        won, lost = np.cumsum(drawn == 1), np.cumsum(drawn == -1)
        seen = won + lost
        enough = seen >= 10
        alarms += bool(
            (np.abs(won - lost)[enough] / np.sqrt(np.maximum(1, seen[enough])) > 1.96).any()
        )
    assert alarms / 200 > 3 * ALPHA


def test_a_better_model_is_found_better_in_time() -> None:
    low, _ = confidence_sequence(Tally(wins=100, losses=50, ties=850), ALPHA)
    assert low > 0
    low, high = confidence_sequence(Tally(wins=12, losses=6, ties=102), ALPHA)
    assert low < 0 < high


@given(counts, counts, counts)
@settings(max_examples=60)
def test_the_interval_holds_what_was_seen_and_mirrors_when_the_models_swap(
    wins: int, losses: int, ties: int
) -> None:
    seen = Tally(wins, losses, ties)
    low, high = confidence_sequence(seen, ALPHA)
    assert -1 <= low <= seen.difference <= high <= 1
    mirrored = confidence_sequence(Tally(losses, wins, ties), ALPHA)
    assert mirrored == pytest.approx((-high, -low), abs=2e-3)


def test_nothing_seen_says_nothing() -> None:
    assert confidence_sequence(Tally(0, 0, 0), ALPHA) == (-1.0, 1.0)


def _rows(role: str, version: str, module: dict[str, str]) -> list[dict[str, object]]:
    return [
        {"clue_id": clue, "role": role, "model_version": version, "module": code,
         "urgency": "normal", "function": "minors"}
        for clue, code in module.items()
    ]  # fmt: skip


def test_only_clues_that_both_answered_and_a_person_decided_are_counted() -> None:
    answers = [
        *_rows("champion", "旧", {"甲": "public_interest", "乙": "minor_protection", "丙": "x"}),
        *_rows("shadow", "新", {"甲": "minor_protection", "乙": "minor_protection", "丁": "x"}),
        *_rows("shadow", "更旧", {"丙": "x"}),
    ]
    labelled = [
        {"clue_id": clue, "module": "minor_protection", "urgency": "normal", "function": "minors"}
        for clue in ("甲", "乙", "丙", "丁", "戊")
    ]
    found = tally(answers, labelled, Models("新", "旧"))
    assert found["module"] == Tally(wins=1, losses=0, ties=1)
    assert found["urgency"] == Tally(wins=0, losses=0, ties=2)


def test_each_head_is_told_in_words_and_doubt_is_no_pass() -> None:
    better, same, worse = Tally(300, 100, 1600), Tally(3, 3, 20), Tally(100, 300, 1600)
    told = judge_shadow({"module": better, "urgency": same, "function": worse}, GATE)
    assert [reason.passed for reason in told] == [True, False, False]
    assert "确实更好" in told[0].told
    assert "尚无定论，请继续影子运行并复核" in told[1].told
    assert "确实更差" in told[2].told


def test_many_ties_establish_that_it_is_no_worse() -> None:
    (reason,) = judge_shadow({"module": Tally(30, 28, 6000)}, GATE)
    assert reason.passed and "确证不低于现役 0.02 以上" in reason.told
