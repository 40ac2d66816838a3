"""Names that nothing points at: a surname and two characters that make no word together.

Where the dictionary knows no word in three characters in a row, the first a surname that seldom
begins any other word, a name is the likeliest reading: 蔡守忠, 谭利明. And some names stand in the
dictionary themselves: 王建军.
"""

import re
from collections.abc import Iterator

from model.privacy.surnames import (
    COMMON_WORDS,
    FUNCTION_WORDS,
    MOSTLY_SURNAMES,
    NOT_FIRST,
    NOT_LAST,
    TITLES,
)
from model.privacy.words import HAN, Span, words

_POSSIBLE = re.compile(rf"[{''.join(sorted(MOSTLY_SURNAMES))}][{HAN}]{{2}}")
_PLACE_ENDS = frozenset("镇村街路巷区滩湾沟庄坪川河桥寺县乡市店铺堡站园岭峡社组山洲港城州")
_WORD_ENDS = frozenset("人权油辈费液书证法式子您上下里头往批按口居家")
_NOT_BEFORE = frozenset("老小尕阿大这那哪几每半整两一二三四五六七八九十百数0123456789")
"""老陈, 小李 have no given name behind them; 这张, 三张 count sheets."""
_IN_DICTIONARY = MOSTLY_SURNAMES - frozenset("丁唐孟祁徐吕罗冶范阎汪柳肖")
"""Of these a word of three characters in the dictionary is as a rule a name."""


def names_alone(text: str) -> Iterator[Span]:
    """Spans [start, end) of three characters."""
    if not _POSSIBLE.search(text):
        return
    known = words(text)
    for index, (start, end) in enumerate(known):
        if text[start] not in MOSTLY_SURNAMES or (start and text[start - 1] in _NOT_BEFORE):
            continue
        in_dictionary = end - start == 3 and text[start] in _IN_DICTIONARY
        following = known[index : index + 3]
        spelled = len(following) == 3 and all(b - a == 1 for a, b in following)
        if (in_dictionary or spelled) and _is_name(text[start : start + 3]):
            yield start, start + 3


def _is_name(word: str) -> bool:
    given = word[1:]
    return (
        re.fullmatch(rf"[{HAN}]{{2}}", given) is not None
        and given[0] not in NOT_FIRST
        and given[1] not in NOT_LAST | _PLACE_ENDS | _WORD_ENDS
        and not given.startswith(TITLES)
        and FUNCTION_WORDS.isdisjoint(word)
        and word not in COMMON_WORDS
        and word[:2] not in COMMON_WORDS
    )
