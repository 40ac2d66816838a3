"""Noisy copies of clues to learn from: what typing, dictating and forwarding do to a text.

In training only, and only where the settings ask for it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache

import numpy as np
from opencc import OpenCC
from pypinyin import lazy_pinyin

_HAN = re.compile(r"[\u4e00-\u9fff]")
_PUNCTUATION = re.compile(r"[，。！？；：、,.!?;:]")
_HEADERS = (
    "【工单编号：{number}】诉求内容：",
    "来电人反映：",
    "工单{number} 诉求人：某先生 ",
    "【转办】",
    "标题：求助 内容：",
)
_TYPO_RATE = 0.03
_CHANCES = {"typos": 0.5, "unpunctuated": 0.3, "traditional": 0.1, "cut": 0.2, "header": 0.15}
_SHORTEST_CUT = 80
"""A text shorter than this, in characters, loses its point with its end."""


class Noise:
    """Makes noisy copies; homophones are those of the texts it is made from, by frequency."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(character for text in texts for character in _HAN.findall(text))
        sounds: dict[str, list[str]] = defaultdict(list)
        for character, _ in counts.most_common():
            sounds[_sound(character)].append(character)
        self._homophones = {sound: found[:6] for sound, found in sounds.items() if len(found) > 1}

    def copy(self, text: str, random: np.random.Generator) -> str:
        """A noisy copy of one text; the same generator state gives the same copy."""
        drawn = {kind: random.random() < chance for kind, chance in _CHANCES.items()}
        if drawn["typos"]:
            text = _HAN.sub(lambda match: self._mistyped(match.group(), random), text)
        if drawn["unpunctuated"]:
            text = _PUNCTUATION.sub("", text)
        if drawn["traditional"]:
            text = _traditional().convert(text)
        if drawn["cut"] and len(text) >= _SHORTEST_CUT:
            text = text[: int(len(text) * random.uniform(0.6, 0.95))]
        if drawn["header"]:
            header = _HEADERS[random.integers(len(_HEADERS))]
            text = header.format(number=random.integers(10**9, 10**10)) + text
        return text

    def _mistyped(self, character: str, random: np.random.Generator) -> str:
        """Now and then a commoner or rarer character of the same sound, tone aside."""
        if random.random() >= _TYPO_RATE:
            return character
        others = [c for c in self._homophones.get(_sound(character), ()) if c != character]
        return others[random.integers(len(others))] if others else character


@cache
def _sound(character: str) -> str:
    return str(lazy_pinyin(character)[0])


@cache
def _traditional() -> OpenCC:
    return OpenCC("s2t")
