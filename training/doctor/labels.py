"""Codes, combinations and ids; what every row must have."""

from collections import Counter
from collections.abc import Sequence

from model.taxonomy import Taxonomy
from training.doctor.finding import Finding
from training.labelled import LabelledClue, Mistake, MistakeKind

_KINDS: dict[MistakeKind, str] = {
    "content": "正文与字段",
    "code": "标签代码",
    "combination": "标签搭配",
    "identifier": "编号重复",
    "file": "文件",
}
_FEW = 50


def check_mistakes(mistakes: Sequence[Mistake]) -> list[Finding]:
    """One finding per kind of mistake; any mistake fails."""
    findings = []
    for kind, title in _KINDS.items():
        rows = tuple(str(mistake) for mistake in mistakes if mistake.kind == kind)
        summary = f"{len(rows)} 处有误，须改正后才能训练" if rows else "没有发现错误"
        findings.append(Finding(kind, title, "fail" if rows else "good", summary, rows))
    return findings


def check_missing_ids(clues: Sequence[LabelledClue]) -> Finding:
    """A clue without an id cannot be traced back to its sender's message."""
    rows = tuple(item.where for item in clues if item.clue.clue_id is None)
    summary = f"{len(rows)} 条没有 clue_id，日后无法对回原件" if rows else "每条都有编号"
    return Finding("missing_id", "编号缺失", "warn" if rows else "good", summary, rows)


def check_balance(clues: Sequence[LabelledClue], taxonomy: Taxonomy) -> Finding:
    """Counts per label; a label that is absent or rare can hardly be learned."""
    names = {
        "module": {entry.code: entry.name for entry in taxonomy.modules},
        "urgency": {entry.code: entry.name for entry in taxonomy.urgencies},
        "function": {entry.code: entry.name for entry in taxonomy.functions},
    }
    counts = {axis: Counter(getattr(item, axis) for item in clues) for axis in names}
    rare = tuple(
        f"{name}（{code}）只有 {counts[axis][code]} 条"
        for axis, codes in names.items()
        for code, name in codes.items()
        if counts[axis][code] < _FEW
    )
    figures = {axis: dict(found) for axis, found in counts.items()}
    largest = counts["module"].most_common(1)
    share = largest[0][1] / len(clues) if clues else 0.0
    summary = f"共 {len(clues)} 条，最大的模块占 {share:.0%}"
    if rare:
        summary += f"；{len(rare)} 个标签不足 {_FEW} 条，难以学好"
    return Finding("balance", "标签分布", "warn" if rare else "good", summary, rare, figures)
