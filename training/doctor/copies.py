"""The same text twice, nearly the same text twice, and both sides of a split."""

from collections import defaultdict
from collections.abc import Sequence

from model.clean import clean
from training.doctor.finding import Finding, Status
from training.labelled import LabelledClue
from training.near_copies import Pair, near_copies


def check_copies(clues: Sequence[LabelledClue]) -> list[Finding]:
    """Exact copies, near-copies, and what leaks from one split into another."""
    texts = [clean(item.clue.text).text for item in clues]
    pairs = near_copies(texts)
    exact = [pair for pair in pairs if texts[pair.first] == texts[pair.second]]
    near = [pair for pair in pairs if texts[pair.first] != texts[pair.second]]
    return [
        _check_exact(clues, exact),
        _check_near(clues, near),
        _check_leaks(clues, pairs),
    ]


def _check_exact(clues: Sequence[LabelledClue], pairs: Sequence[Pair]) -> Finding:
    quarrels = [pair for pair in pairs if _labels(clues[pair.first]) != _labels(clues[pair.second])]
    status: Status = "fail" if quarrels else "warn" if pairs else "good"
    if quarrels:
        summary = f"{len(pairs)} 对正文相同，其中 {len(quarrels)} 对标签不同，须裁定"
    elif pairs:
        summary = f"{len(pairs)} 对正文相同，标签一致，可各留一条"
    else:
        summary = "没有相同的正文"
    rows = tuple(_both(clues, pair) for pair in quarrels or pairs)
    return Finding("exact_copies", "重复正文", status, summary, rows, {"pairs": len(pairs)})


def _check_near(clues: Sequence[LabelledClue], pairs: Sequence[Pair]) -> Finding:
    apart = [
        pair for pair in pairs if clues[pair.first].author_group != clues[pair.second].author_group
    ]
    summary = (
        f"{len(apart)} 对正文近似而不在同一作者组；训练时会自动并组，请确认是否一稿两投"
        if apart
        else "没有跨作者组的近似正文"
    )
    rows = tuple(f"{_both(clues, pair)}，字面 {pair.likeness:.0%} 相同" for pair in apart)
    status: Status = "warn" if apart else "good"
    return Finding("near_copies", "近似正文", status, summary, rows, {"pairs": len(apart)})


def _check_leaks(clues: Sequence[LabelledClue], pairs: Sequence[Pair]) -> Finding:
    splits: dict[str, set[str]] = defaultdict(set)
    for item in clues:
        splits[item.author_group].add(item.split)
    rows = [f"作者组 {group} 分在两边" for group, found in splits.items() if len(found) > 1]
    rows += [
        f"{_both(clues, pair)}，字面 {pair.likeness:.0%} 相同而分在两边"
        for pair in pairs
        if clues[pair.first].split != clues[pair.second].split
    ]
    held_out = sum(item.split == "test" for item in clues)
    summary = (
        f"{len(rows)} 处跨越训练与测试，测试成绩会虚高"
        if rows
        else f"测试集 {held_out} 条，与训练集没有同组或近似的"
    )
    status: Status = "fail" if rows else "good"
    return Finding("leaks", "训练测试泄漏", status, summary, tuple(rows), {"test": held_out})


def _labels(item: LabelledClue) -> tuple[str, ...]:
    return (item.module, item.urgency, item.function, *item.secondary_modules)


def _both(clues: Sequence[LabelledClue], pair: Pair) -> str:
    return f"{clues[pair.first].name} 与 {clues[pair.second].name}"
