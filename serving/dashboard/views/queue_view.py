"""The queue as it is shown: one row a clue, and the tiles above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from serving.dashboard.views.addresses import clue_address
from serving.dashboard.views.moments import TimeLeft, short, time_left
from serving.dashboard.views.names import STATES, URGENCY_SIGNS, Names, person
from serving.queries.clue_list import ClueLine


@dataclass(frozen=True, slots=True)
class QueueRow:
    """``href`` opens the clue; ``holder`` is set where somebody else works on it."""

    href: str
    clue_id: str
    urgency: str
    urgency_name: str
    alarm: bool
    left: TimeLeft
    title: str
    excerpt: str
    module: str
    certainty: str
    unit: str
    reasons: tuple[str, ...]
    received: str
    state: str
    similar: str
    holder: str | None


_TITLE = 28
"""Characters of a text without a title that stand in for one."""


def queue_row(line: ClueLine, names: Names, actor: str, now: datetime, query: str) -> QueueRow:
    """``query`` is what the address of the list says, so that the next clue is of the same list."""
    words = " ".join(line.excerpt.split())
    return QueueRow(
        href=clue_address(line.clue_id, query),
        clue_id=line.clue_id,
        urgency=line.urgency,
        urgency_name=names.urgency(line.urgency),
        alarm=line.alarm and line.urgency != "critical" and line.decided_at is None,
        left=_left(line, now),
        title=line.title or _first_words(words),
        excerpt=words if line.title else words[_TITLE:],
        module=names.module(line.module),
        certainty=f"把握 {line.certainty:.0%}",
        unit=names.procuratorate(line.procuratorate),
        reasons=tuple(names.reason(code) for code in line.reasons if code != "critical"),
        received=short(line.received_at),
        state=STATES.get(line.state, line.state),
        similar=_similar(line),
        holder=person(line.holder) if line.holder not in (None, actor) else None,
    )


def _left(line: ClueLine, now: datetime) -> TimeLeft:
    if line.decided_at is not None or line.state == "returned":
        return TimeLeft(STATES.get(line.state, line.state), "calm")
    if line.looked_at is not None:
        return TimeLeft("已查看，待决定", "calm")
    return time_left(line.first_look_by, now)


def _similar(line: ClueLine) -> str:
    if not line.similar:
        return ""
    decided = f"，{line.similar_decided} 件已决定" if line.similar_decided else ""
    return f"≈ 相似 {line.similar} 件{decided}"


def _first_words(words: str) -> str:
    return words[:_TITLE] if words else "（内容已按期清除）"


_ROW = Markup(
    '<li><a class="line{held}" href="{row.href}">'
    '<span><span class="badge {row.urgency}">{sign} {row.urgency_name}</span>{alarm}</span>'
    '<span class="figures small {row.left.tone}">{row.left.words}</span>'
    '<span class="what"><span class="title" style="display:block">{row.title}</span>'
    '<span class="excerpt" style="display:block">{row.excerpt}</span></span>'
    '<span class="cut"><span class="cut" style="display:block">{row.module}</span>'
    '<span class="muted small">{row.certainty}</span></span>'
    '<span class="cut small">{row.unit}</span>'
    '<span class="why">{chips}</span></a></li>'
)
_ALARM = Markup('<span class="late small" style="display:block">▲ 可能特急</span>')
_CHIP = Markup('<span class="chip">{}</span>')


def rows_html(rows: Sequence[QueueRow]) -> Markup:
    """The rows as links in a list, so that every key and reader of screens knows what they are."""
    return Markup('<ol class="queue" aria-label="线索">{}{}</ol>').format(
        _HEAD, Markup("").join(map(_row_html, rows))
    )


_HEAD = Markup(
    '<li class="queue-head" aria-hidden="true"><span>紧急程度</span><span>首次查看</span>'
    "<span>线索</span><span>建议模块</span><span>承办院</span><span>为何要看</span></li>"
)


def _row_html(row: QueueRow) -> Markup:
    chips = [_CHIP.format(reason) for reason in row.reasons[:2]]
    if len(row.reasons) > 2:
        chips.append(_CHIP.format(f"+{len(row.reasons) - 2}"))
    if row.similar:
        chips.insert(0, _CHIP.format(row.similar))
    if row.holder is not None:
        chips.insert(0, Markup('<span class="badge urgent">{} 正在处理</span>').format(row.holder))
    return _ROW.format(
        row=row,
        sign=URGENCY_SIGNS.get(row.urgency, "●"),
        alarm=_ALARM if row.alarm else "",
        held=" held" if row.holder else "",
        chips=Markup("").join(chips),
    )
