"""Clues much like this one, and what people decided about them."""

from collections.abc import Sequence

from markupsafe import Markup
from nicegui import ui

from serving.access.policy import Action
from serving.dashboard.seat import Seat
from serving.dashboard.views.addresses import clue_address
from serving.dashboard.views.history import labels_in_words
from serving.dashboard.views.moments import short
from serving.dashboard.views.names import STATES, Names, person
from serving.queries.clue_detail import ClueDetail
from serving.queries.similar import SimilarClue, similar_clues
from serving.storage.near_copy_store import is_compared

_SHOWN = 5
_LINE = Markup(
    '<li><span class="figures small muted">{when}<br>字面相同 {likeness:.0%}</span>'
    '<span><a href="{href}">{words}</a>{hint}<br>'
    '<span class="muted small">{state}{decided}</span></span></li>'
)
_HINT = Markup(' <span class="badge good">✓ 有人工决定，可作参照</span>')


async def similar_card(seat: Seat, detail: ClueDetail) -> None:
    """Only shown, never merged: each remains a matter of its own."""
    if not seat.may(Action.FIND_SIMILAR) or detail.purged_at is not None:
        return
    clue_id = detail.clue_id
    compared, found = await seat.ask(
        lambda c, p: (is_compared(c, clue_id), similar_clues(c, p, clue_id, limit=_SHOWN))
    )
    with ui.element("section").classes("card"):
        ui.html(_content(found, compared, seat.desk.names), sanitize=False)


def _content(found: Sequence[SimilarClue], compared: bool, names: Names) -> Markup:
    if not found:
        words = (
            "没有发现与它几乎相同的线索。" if compared else "正在与以往的线索比对，稍后刷新可见。"
        )
        return Markup('<h2>相似线索</h2><p class="muted">{}</p>').format(words)
    lines = Markup("").join(_line(clue, names) for clue in found)
    return Markup('<h2>相似线索（{}）</h2><ol class="events">{}</ol>').format(len(found), lines)


def _line(clue: SimilarClue, names: Names) -> Markup:
    decided = ""
    if clue.decided:
        decided = f"：{person(clue.decided_by)}，{labels_in_words(clue.labels, names)}"
    return _LINE.format(
        when=short(clue.received_at), likeness=clue.jaccard, href=clue_address(clue.clue_id),
        words=" ".join(clue.excerpt.split())[:40], hint=_HINT if clue.decided else "",
        state=STATES.get(clue.state, clue.state), decided=decided,
    )  # fmt: skip
