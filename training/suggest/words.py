"""Why a clue is on the list, in words for the person who labels it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from training.axes import AXIS_NAMES
from training.readings import HEADS, Reading
from training.suggest.choose import Kind
from training.suggest.needs import Needs

_CLOSE = 0.3
"""Margin below which two labels count as hard to tell apart."""
_RARE = 0.85
_FEW = 100
"""Labelled clues below which a label counts as short of examples."""
_UNLIKELY, _LIKELY = 0.15, 0.85
"""Probabilities between which it is open whether a clue is an emergency."""
_NEW = 0.9


@dataclass(frozen=True, slots=True)
class Why:
    """The needs of one clue and how one or two models read it."""

    emergency: float
    rarity: float
    newness: float
    reading: Reading
    other: Reading | None

    @classmethod
    def of(cls, needs: Needs, row: int, reading: Reading, other: Reading | None) -> Self:
        newness = float(needs.newness[row]) if needs.newness.size else 0.0
        return cls(float(needs.emergency[row]), float(needs.rarity[row]), newness, reading, other)


def reasons(
    kind: Kind,
    why: Why,
    counts: Mapping[str, Mapping[str, int]],
    names: Mapping[str, Mapping[str, str]],
) -> tuple[str, ...]:
    """At least one, the strongest first. ``counts``: how many clues bear each label, per head."""
    if kind == "control":
        return ("随机对照：用来估计来信的真实分布，请同样认真标注",)
    told = []
    if why.emergency > 0:
        told.append(_emergency(why.reading))
    doubts = sorted((why.reading.margin(head), head) for head in HEADS)
    close = [head for margin, head in doubts if margin < _CLOSE] or [doubts[0][1]]
    told += [_two_likeliest(head, why.reading, names) for head in close]
    if why.other is not None:
        for head in HEADS:
            one, two = why.reading.chosen[head], why.other.chosen[head]
            if one != two:
                both = f"{names[head][one]} 与 {names[head][two]}"
                told.append(f"两个模型对{AXIS_NAMES[head]}判断不同：{both}")
    for head in HEADS:
        code = why.reading.chosen[head]
        if counts[head].get(code, 0) < _FEW:
            told.append(f"可能是“{names[head][code]}”，已标注的只有 {counts[head].get(code, 0)} 条")
    if why.rarity >= _RARE:
        module = names["module"][why.reading.chosen["module"]]
        told.append(f"已标注的“{module}”里少有相似的（最相似 {1 - why.rarity:.2f}）")
    if why.newness >= _NEW:
        told.append("与已标注的线索整体上不像，可能是新的写法或新的事")
    return tuple(told)


def _emergency(reading: Reading) -> str:
    critical = reading.probabilities["urgency"].get("critical", 0.0)
    if critical < _UNLIKELY:  # then the alarm was raised
        return f"触发了特急警报，但模型给特急的概率只有 {critical:.2f}"
    said = "很可能是特急，请先标" if critical >= _LIKELY else "是否特急未定"
    return f"{said}（模型给特急的概率 {critical:.2f}）"


def _two_likeliest(head: str, reading: Reading, names: Mapping[str, Mapping[str, str]]) -> str:
    ordered = sorted(reading.probabilities[head].items(), key=lambda item: -item[1])[:2]
    both = "、".join(f"{names[head][code]} {probability:.2f}" for code, probability in ordered)
    word = "难分" if reading.margin(head) < _CLOSE else "把握最小"
    return f"{AXIS_NAMES[head]}{word}：{both}"
