"""Personal data that slipped into a file meant for many eyes."""

from collections import Counter
from collections.abc import Sequence

from model.privacy import find_personal_data
from training.doctor.finding import Finding, Status
from training.labelled import COMPOSED, LabelledClue


def check_personal_data(clues: Sequence[LabelledClue]) -> Finding:
    """Numbers that pass their check, in text that a citizen wrote, fail.

    In composed text they are invented, and counted only.
    """
    rows = []
    real: Counter[str] = Counter()
    invented: Counter[str] = Counter()
    for item in clues:
        kinds = [found.kind for found in find_personal_data(_all_text(item))]
        (invented if item.source == COMPOSED else real).update(kinds)
        if kinds and item.source != COMPOSED:
            rows.append(f"{item.name} 有{'、'.join(sorted(set(kinds)))}")
    if rows:
        summary = f"{len(rows)} 条含个人信息（{_told(real)}），请遮盖后再用"
    elif invented:
        summary = f"来信中没有；拟写的线索里有虚构的{_told(invented)}"
    else:
        summary = "没有发现"
    figures = {"real": dict(real), "invented": dict(invented)}
    status: Status = "fail" if rows else "good"
    return Finding("personal_data", "个人信息", status, summary, tuple(rows), figures)


def _all_text(item: LabelledClue) -> str:
    return "\n".join(filter(None, (item.clue.title, item.clue.text, item.clue.location)))


def _told(counts: Counter[str]) -> str:
    return "、".join(f"{kind} {count} 处" for kind, count in counts.most_common())
