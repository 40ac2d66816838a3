"""Several people label a clue: all are kept, one stands by a stated rule, conflicts are named."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.clue import Clue
from training.exchange.merge import Policy, merge
from training.labelled_clue import LabelledClue

_FIELDS: dict[str, object] = {
    "module": "public_interest",
    "secondary_modules": (),
    "function": "public_interest_litigation",
    "author_group": "a",
    "split": "train",
}


def _said(
    labeller: str, urgency: str, labelled_at: str = "", source: str = "", clue_id: str = "a"
) -> LabelledClue:
    return LabelledClue(
        clue=Clue(text="河里的鱼都死了", clue_id=clue_id),
        urgency=urgency,
        labeller=labeller,
        labelled_at=labelled_at,
        source=source,
        where=f"{labeller}.csv 第 2 行",
        **_FIELDS,  # type: ignore[arg-type]
    )


SERVICE = _said("复核员", "normal", "2026-11-01", source="service")
LATE = _said("甲", "urgent", "2026-11-05")
EARLY = _said("乙", "critical", "2026-11-02")
SECOND = _said("丙", "critical", "2026-11-02")


@pytest.mark.parametrize(
    ("policy", "sides", "urgency", "because"),
    [
        ("service", [LATE, SERVICE, EARLY], "normal", "服务中的人工复核"),
        ("service", [EARLY, LATE], "urgent", "标注时间较晚"),
        ("latest", [SERVICE, LATE], "urgent", "标注时间较晚"),
        ("majority", [LATE, EARLY, SECOND], "critical", "多数"),
        ("service", [_said("甲", "urgent"), _said("乙", "normal"), _said("丙", "normal")],
         "normal", "多数"),
        ("first", [EARLY, SERVICE], "critical", "在前"),
        ("service", [_said("甲", "urgent"), _said("乙", "normal")], "urgent", "在前"),
    ],
)  # fmt: skip
def test_a_conflict_is_settled_by_the_stated_rule(
    policy: Policy, sides: list[LabelledClue], urgency: str, because: str
) -> None:
    found = merge(sides, policy)
    (conflict,) = found.conflicts
    assert (found.clues[0].settled.urgency, conflict.because) == (urgency, because)
    assert set(map(id, conflict.sides)) == set(map(id, sides))


def test_the_same_person_is_heard_once_and_with_the_last_word() -> None:
    found = merge([_said("甲", "urgent", "2026-11-01"), _said("甲", "normal", "2026-11-03")])
    assert not found.conflicts
    assert [side.urgency for side in found.clues[0].labellings] == ["normal"]


def test_moments_are_compared_across_time_zones() -> None:
    utc = _said("甲", "urgent", "2026-11-01T10:00:00+00:00")  # 18:00 in Lanzhou
    local = _said("乙", "normal", "2026-11-01T17:00:00")
    assert merge([utc, local]).clues[0].settled.urgency == "urgent"


def test_a_clue_put_aside_for_tests_stays_aside() -> None:
    aside = replace(_said("甲", "urgent", "2026-11-01"), split="test")
    assert merge([aside, LATE]).clues[0].settled.split == "test"


def test_what_one_side_knows_of_the_clue_completes_the_other() -> None:
    titled = replace(EARLY, clue=EARLY.clue.model_copy(update={"title": "排污"}))
    assert merge([LATE, titled]).clues[0].settled.clue.title == "排污"


_LABELLINGS = st.builds(
    _said,
    st.sampled_from("甲乙丙"),
    st.sampled_from(["critical", "urgent", "normal"]),
    st.dates().map(lambda d: d.replace(year=2026).isoformat() if d.month != 2 else "2026-02-01"),
    st.sampled_from(["", "service"]),
    st.sampled_from("abc"),
)


@given(st.lists(_LABELLINGS, max_size=12), st.sampled_from(["service", "latest", "majority"]))
def test_nobody_is_lost_and_merging_again_changes_nothing(
    labellings: list[LabelledClue], policy: Policy
) -> None:
    once = merge(labellings, policy)
    assert [merged.settled.clue.clue_id for merged in once.clues] == list(
        dict.fromkeys(item.clue.clue_id for item in labellings)
    )
    for merged in once.clues:
        spoke = {item.labeller for item in labellings if item.clue == merged.settled.clue}
        assert {side.labeller for side in merged.labellings} == spoke
        assert merge(merged.labellings, policy).clues[0].settled.labels == merged.settled.labels


@given(st.lists(_LABELLINGS, min_size=1, max_size=8).flatmap(
    lambda sides: st.tuples(st.just(sides), st.permutations(sides))))  # fmt: skip
def test_with_distinct_moments_the_order_of_files_does_not_matter(
    both: tuple[list[LabelledClue], list[LabelledClue]],
) -> None:
    timed = [
        replace(item, labelled_at=f"2026-10-{n:02}", labeller=f"{n}")
        for n, item in enumerate(both[0], 1)
    ]
    shuffled = [timed[both[0].index(item)] for item in both[1]]
    if len(set(map(id, shuffled))) < len(shuffled):
        return
    ways = [
        {m.settled.clue.clue_id: m.settled.labels for m in merge(sides).clues}
        for sides in (timed, shuffled)
    ]
    assert ways[0] == ways[1]
