"""Clues much like this one, and what people decided about them."""

from datetime import datetime

from markupsafe import Markup
from nicegui import ui

from serving.dashboard.seat import Seat
from serving.dashboard.similar import SimilarClue
from serving.dashboard.views.history import labels_in_words
from serving.dashboard.views.moments import short
from serving.dashboard.views.names import STATES, Names, person
from serving.queries.clue_detail import ClueDetail

_LINE = Markup(
    '<li><span class="figures small muted">{when}<br>相似 {likeness:.0%}</span>'
    '<span><a href="/clue/{clue_id}">{title}</a>{hint}<br>'
    '<span class="muted small">{state}{decided}</span></span></li>'
)


async def similar_card(seat: Seat, detail: ClueDetail) -> None:
    now = seat.desk.now()
    found = await seat.ask(lambda c, v: seat.desk.similar(c, v, detail.clue_id, now))
    with ui.element("section").classes("card"):
        ui.html(_content(found, seat.desk.names), sanitize=False)


def _content(found: list[SimilarClue], names: Names) -> Markup:
    if not found:
        return Markup('<h2>相似线索</h2><p class="muted">没有发现与它几乎相同的线索。</p>')
    lines = Markup("").join(_line(clue, names) for clue in found)
    return Markup('<h2>相似线索（{}）</h2><ol class="events">{}</ol>').format(len(found), lines)


def _line(clue: SimilarClue, names: Names) -> Markup:
    hint = (
        Markup(' <span class="badge good">✓ 有人工决定，可作参照</span>') if clue.decided_at else ""
    )
    decided = ""
    if clue.decided_at is not None:
        decided = f"：{person(clue.decided_by)}，{labels_in_words(clue.labels, names)}"
    when: datetime = clue.received_at
    return _LINE.format(
        when=short(when), likeness=clue.likeness, clue_id=clue.clue_id,
        title=clue.title or clue.clue_id, hint=hint,
        state=STATES.get(clue.state, clue.state), decided=decided,
    )  # fmt: skip
