"""The same text twice, nearly the same text twice, and both sides of a split.

A family of copies is one row, however many people have sent the letter.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence

from model.clean import clean
from model.reading import read_clue
from model.signals import Signals
from training.doctor.finding import Finding, Status
from training.folds import near_copy_groups, together
from training.labelled import LabelledClue

_NAMED = 5
"""Clues named in a row; the figures name the whole family."""

_Family = list[LabelledClue]
_Side = Callable[[LabelledClue], Hashable]


def check_copies(clues: Sequence[LabelledClue], signals: Signals) -> list[Finding]:
    """Exact copies, near-copies, and what leaks from one split into another.

    The same text under two titles is a copy, though the folds, which read the title, may part it.
    """
    texts = [_text(item) for item in clues]
    readings = [read_clue(item.clue, signals) for item in clues]
    families = _families(clues, near_copy_groups(readings, texts).tolist())
    return [
        _check_exact(_families(clues, texts)),
        _check_near([family for family in families if _differ(family, _text)]),
        _check_leaks(clues, families),
    ]


def _families(clues: Sequence[LabelledClue], names: Iterable[Hashable]) -> list[_Family]:
    """The clues that bear the same name, where there are two at least."""
    return [[clues[row] for row in rows] for rows in together(names) if len(rows) > 1]


def _check_exact(families: Sequence[_Family]) -> Finding:
    quarrels = [family for family in families if _differ(family, _labels)]
    status: Status = "fail" if quarrels else "warn" if families else "good"
    if quarrels:
        summary = f"{len(families)} 组正文相同，其中 {len(quarrels)} 组标签不同，须裁定"
    elif families:
        summary = f"{len(families)} 组正文相同，标签一致，可各留一条"
    else:
        summary = "没有相同的正文"
    rows = tuple(_told(family, _labels if quarrels else _place) for family in quarrels or families)
    return Finding("exact_copies", "重复正文", status, summary, rows, _figures(families))


def _check_near(families: Sequence[_Family]) -> Finding:
    apart = [family for family in families if _differ(family, _author)]
    summary = (
        f"{len(apart)} 组正文近似而不在同一作者组；训练时会自动并组，请确认是否一稿两投"
        if apart
        else "没有跨作者组的近似正文"
    )
    rows = tuple(_told(family, _author) for family in apart)
    status: Status = "warn" if apart else "good"
    return Finding("near_copies", "近似正文", status, summary, rows, _figures(apart))


def _check_leaks(clues: Sequence[LabelledClue], families: Sequence[_Family]) -> Finding:
    authors = [group for group in _families(clues, map(_author, clues)) if _differ(group, _split)]
    astride = [family for family in families if _differ(family, _split)]
    rows = [f"作者组 {group[0].author_group} 分在两边" for group in authors]
    rows += [f"{_told(family, _split)}，正文近似而分在两边" for family in astride]
    held_out = sum(item.split == "test" for item in clues)
    summary = (
        f"{len(rows)} 处跨越训练与测试，测试成绩会虚高"
        if rows
        else f"测试集 {held_out} 条，与训练集没有同组或近似的"
    )
    status: Status = "fail" if rows else "good"
    figures = {"test": held_out} | _figures([*authors, *astride])
    return Finding("leaks", "训练测试泄漏", status, summary, tuple(rows), figures)


def _differ(family: _Family, side: _Side) -> bool:
    return len({side(item) for item in family}) > 1


def _told(family: _Family, side: _Side) -> str:
    """The first clue of each side, and how many they are if those are not all."""
    first: dict[Hashable, str] = {}
    for item in family:
        first.setdefault(side(item), item.name)
    named = list(first.values())[:_NAMED]
    more = f" 等 {len(family)} 条" if len(family) > len(named) else ""
    return " 与 ".join(named) + more


def _figures(families: Sequence[_Family]) -> dict[str, object]:
    return {"families": [[item.name for item in family] for family in families]}


def _text(item: LabelledClue) -> str:
    return clean(item.clue.text).text


def _author(item: LabelledClue) -> str:
    return item.author_group


def _split(item: LabelledClue) -> str:
    return item.split


def _place(item: LabelledClue) -> str:
    return item.where


def _labels(item: LabelledClue) -> tuple[str, ...]:
    return (item.module, item.urgency, item.function, *item.secondary_modules)
