"""The gate's verdict on a comparison, each reason in words that staff understand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from training.evaluate import HEAD_NAMES
from training.judging.comparison import Compared, Comparison
from training.judging.gate import Gate


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule of the gate: was it kept, and what was found."""

    rule: str
    passed: bool
    told: str


def judge(comparison: Comparison, gate: Gate, names: Mapping[str, str]) -> list[Reason]:
    """Every rule in turn; the challenger passes when all are kept.

    ``names`` are display names by code. Without a champion only the absolute rules apply.
    """
    figures = comparison.figures
    return [
        _enough(comparison, gate),
        *(_macro_f1(head, figures[f"{head}/macro_f1"], gate) for head in HEAD_NAMES),
        _critical_recall(figures, gate),
        *_classes(comparison, gate, names),
        *(_ece(head, figures[f"{head}/ece"], gate) for head in HEAD_NAMES),
        *(_coverage(head, figures[f"{head}/conformal_coverage"], gate) for head in HEAD_NAMES),
        _golden(comparison, names),
        _within("latency", "用时", comparison.latency_ms, gate.latency_ms.ceiling, "毫秒"),
        _within("size", "模型包", comparison.size / 2**20, gate.bundle_mb.ceiling, "MB"),
    ]


def _enough(comparison: Comparison, gate: Gate) -> Reason:
    passed = comparison.clues >= gate.fewest_clues
    told = f"冻结集 {comparison.clues} 条，至少要 {gate.fewest_clues} 条才下结论"
    return Reason("clues", passed, told)


def _macro_f1(head: str, found: Compared, gate: Gate) -> Reason:
    rule, title = f"macro_f1/{head}", f"{HEAD_NAMES[head]}宏 F1"
    by = found.difference
    if found.champion is None or by is None:
        return Reason(rule, True, f"{title} {found.challenger.value:.3f}，没有现役模型可比")
    told = (
        f"{title} {found.champion.value:.3f} → {found.challenger.value:.3f}，"
        f"差 {by.value:+.3f}（{gate.level:.0%} 区间 {by.low:+.3f} 至 {by.high:+.3f}）"
    )
    if by.high < 0:
        return Reason(rule, False, f"{told}，确实变差")
    if by.value < -gate.macro_f1.largest_drop:
        return Reason(rule, False, f"{told}，降幅超过 {gate.macro_f1.largest_drop}")
    return Reason(rule, True, f"{told}，{'确实变好' if by.low > 0 else '没有确实变差'}")


def _critical_recall(figures: Mapping[str, Compared], gate: Gate) -> Reason:
    found = figures["critical_alarm/recall"].challenger
    floor = gate.critical_recall.floor
    if found.value != found.value:  # NaN: no emergency among the clues
        told = "冻结集中没有特急线索，召回无从判断，请换一份有特急线索的"
        return Reason("critical_recall", False, told)
    told = f"特急警报召回 {found.value:.3f}（区间 {found.low:.3f} 至 {found.high:.3f}）"
    return Reason("critical_recall", found.value >= floor, f"{told}，下限 {floor}")


def _classes(comparison: Comparison, gate: Gate, names: Mapping[str, str]) -> Iterator[Reason]:
    """A reason for every class that fell too far; one for all when none did."""
    limit, fell = gate.class_f1, False
    for name, found in comparison.figures.items():
        head, *middle, figure = name.split("/")
        by = found.difference
        if middle[:1] != ["classes"] or figure != "f1" or by is None or found.champion is None:
            continue
        count = comparison.counts[f"{head}/{middle[1]}"]
        sure = count >= limit.fewest or by.high < 0
        if by.value < -limit.largest_drop:
            told = (
                f"{HEAD_NAMES[head]}“{names[middle[1]]}”的 F1（{count} 条）"
                f"{found.champion.value:.3f} → {found.challenger.value:.3f}，"
                f"降幅超过 {limit.largest_drop}"
            )
            fell |= sure
            yield Reason(
                f"class_f1/{head}/{middle[1]}",
                not sure,
                told if sure else f"{told}，但条数太少、未必属实，请留意",
            )
    if not fell:
        yield Reason("class_f1", True, f"没有哪一类的 F1 确实下降超过 {limit.largest_drop}")


def _ece(head: str, found: Compared, gate: Gate) -> Reason:
    value, ceiling = found.challenger.value, gate.ece.ceiling
    told = f"{HEAD_NAMES[head]}校准误差 {value:.3f}，上限 {ceiling}"
    return Reason(f"ece/{head}", value <= ceiling, told)


def _coverage(head: str, found: Compared, gate: Gate) -> Reason:
    value, floor = found.challenger.value, gate.coverage.floor
    told = f"{HEAD_NAMES[head]}候选集覆盖 {value:.3f}，下限 {floor}"
    return Reason(f"coverage/{head}", value >= floor, told)


def _golden(comparison: Comparison, names: Mapping[str, str]) -> Reason:
    if not comparison.golden:
        return Reason("golden", True, f"{comparison.golden_count} 条必对线索全部判对")
    wrong = "；".join(
        f"{m.clue_id} 应为{names.get(m.wanted, m.wanted)}，判为{names.get(m.given, m.given)}"
        for m in comparison.golden
    )
    return Reason("golden", False, f"必对线索判错：{wrong}")


def _within(rule: str, title: str, value: float, ceiling: float, unit: str) -> Reason:
    told = f"{title} {value:.1f} {unit}，上限 {ceiling:g} {unit}"
    return Reason(rule, value <= ceiling, told)
