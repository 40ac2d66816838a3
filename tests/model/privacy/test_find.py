"""Which of the data found in one text are reported."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from model.privacy.datum import Kind, PersonalDatum
from model.privacy.find import _not_inside

DATA = st.lists(
    st.builds(
        lambda kind, start, length: PersonalDatum(kind, start, start + length),
        st.sampled_from(Kind), st.integers(0, 15), st.integers(1, 8),
    ),
    max_size=20,
)  # fmt: skip


def _by_definition(found: Sequence[PersonalDatum]) -> list[PersonalDatum]:
    kept: list[PersonalDatum] = []
    for one in found:
        if not any(other.start <= one.start and one.end <= other.end for other in kept):
            kept.append(one)
    return kept


@given(DATA)
def test_of_data_inside_others_only_the_first_found_is_reported(
    found: list[PersonalDatum],
) -> None:
    assert list(_not_inside(found)) == _by_definition(found)
