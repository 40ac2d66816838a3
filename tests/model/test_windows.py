"""Long texts are read by head, tail and what lies evenly between, in bounded time."""

from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.processors import TemplateProcessing

from model.token_windows import ReadingPlan, WindowCutter
from model.windows import window_starts


@given(st.integers(1, 20_000), st.integers(8, 500), st.integers(1, 12))
def test_windows_hold_head_and_tail_and_never_more_than_asked(
    tokens: int, room: int, most: int
) -> None:
    starts = window_starts(tokens, room, most)
    assert starts[0] == 0 and len(starts) <= most
    assert starts == sorted(starts)
    if len(starts) > 1:
        assert starts[-1] + room == tokens
    elif most > 1:
        assert tokens <= room


@given(st.integers(1, 3_000), st.integers(8, 500))
def test_with_windows_enough_nothing_is_left_out(tokens: int, room: int) -> None:
    starts = window_starts(tokens, room, 1_000)
    covered = {i for start in starts for i in range(start, min(tokens, start + room))}
    assert covered == set(range(tokens))


def _cutter(window: int, windows: int) -> WindowCutter:
    vocabulary = {word: n for n, word in enumerate(["[UNK]", "[CLS]", "[SEP]", *"河水黑臭鱼"])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split("", "isolated")
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return WindowCutter(tokenizer, ReadingPlan("", window, windows))


def test_each_window_stands_between_the_special_tokens() -> None:
    (cut,) = _cutter(12, 3).cut(["河水黑臭" * 20])
    assert len(cut.windows) == 3
    for window in cut.windows:
        assert window.ids[0] == 1 and window.ids[-1] == 2 and window.ids.size == 12


def test_tokens_know_which_characters_they_cover() -> None:
    text = "河水黑臭" * 20
    (cut,) = _cutter(12, 3).cut([text])
    last = cut.windows[-1]
    assert last.ends[-2] == len(text)
    assert (last.ends[[0, -1]] == last.starts[[0, -1]]).all()


def test_known_is_the_share_of_characters_in_the_vocabulary() -> None:
    (cut,) = _cutter(12, 2).cut(["河水ཀཀ"])
    assert cut.known == 0.5


def test_twenty_thousand_characters_are_read_by_as_many_tokens_as_the_plan_says() -> None:
    (cut,) = _cutter(64, 4).cut(["河水黑臭鱼" * 4_000])
    assert sum(window.ids.size for window in cut.windows) == 4 * 64


def test_an_empty_text_is_one_window_of_special_tokens() -> None:
    (cut,) = _cutter(12, 3).cut([""])
    assert [window.ids.tolist() for window in cut.windows] == [[1, 2]]
