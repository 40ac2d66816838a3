"""What the text's own shape says before any model reads it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MINIMUM_HAN = 6
"""Fewer Chinese characters than this cannot tell what, where and who."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_TIME = re.compile(
    r"\d{2,4}\s?年|\d{1,2}\s?月|\d{1,2}[日号]|\d{1,2}[::点时]|[今昨前明后]天|[今去前]年|"
    r"上个?月|这个?月|上周|这周|本周|星期|周[一二三四五六日末]|[早中晚]上|凌晨|半夜|夜里|下午|上午|"
    # Eight figures at most: of a longer number the end counts, and 20,000 digits take no seconds.
    r"[一二三四五六七八九十几半两\d]{1,8}个?[多来]?(?:年|月|天|周|小时|个钟头)|"
    r"最近|近期|现在|刚才|每天|天天|长期"
)


@dataclass(frozen=True, slots=True)
class Screening:
    """``text`` of the same length with instructions to the software blanked out; coded reasons."""

    text: str
    reasons: tuple[str, ...]


def screen(text: str, instructions: Sequence[re.Pattern[str]]) -> Screening:
    """Screen a cleaned text.

    A message that tells the software how to classify it is read without that sentence, so that
    nobody can order an urgency, and is shown to a person.
    """
    blanked = text
    for pattern in instructions:
        blanked = pattern.sub(lambda match: " " * len(match.group()), blanked)
    han = len(_HAN.findall(text))
    letters = sum(map(str.isalpha, text))
    reasons = []
    if blanked != text:
        reasons.append("instruction_in_text")
    if letters >= MINIMUM_HAN and han < letters / 3:
        reasons.append("not_chinese")
    elif han < MINIMUM_HAN:
        reasons.append("too_short")
    if _looks_like_noise(text, letters):
        reasons.append("looks_like_noise")
    return Screening(blanked, tuple(reasons))


def names_a_time(text: str) -> bool:
    """Whether a cleaned text says when it happened, even roughly."""
    return _TIME.search(text) is not None


def _looks_like_noise(text: str, letters: int) -> bool:
    visible = "".join(text.split())
    if not visible or letters == 0:
        return True
    few_kinds = len(visible) >= 12 and len(set(visible)) <= 3 + len(visible) // 12
    return few_kinds or letters < len(visible) / 5
