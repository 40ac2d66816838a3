"""Which windows are read together: all of them once, few and of like length."""

from hypothesis import given
from hypothesis import strategies as st

from model.onnx_encoder import length_buckets


@given(st.lists(st.integers(1, 512), max_size=60), st.integers(1, 16), st.integers(1, 512))
def test_every_window_once_in_groups_of_few_and_like_length(
    sizes: list[int], batch: int, bucket: int
) -> None:
    groups = list(length_buckets(sizes, batch, bucket))
    assert sorted(place for group in groups for place in group) == list(range(len(sizes)))
    for group in groups:
        found = [sizes[place] for place in group]
        assert 0 < len(group) <= batch and max(found) - min(found) <= bucket


def test_a_longer_window_begins_another_group_before_the_first_is_full() -> None:
    assert list(length_buckets([90, 40, 60, 41], 4, 20)) == [[1, 3, 2], [0]]
