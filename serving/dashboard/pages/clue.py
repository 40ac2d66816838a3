"""一件线索: the text with its evidence, what is proposed and why, and what one may do with it."""

from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from model.triage import Triage
from serving.dashboard.pages.clue_acts import action_bar
from serving.dashboard.pages.clue_lease import keep_lease
from serving.dashboard.pages.settled import settled_strip
from serving.dashboard.pages.similar import similar_card
from serving.dashboard.seat import Seat
from serving.dashboard.views.facts import facts, facts_html
from serving.dashboard.views.history import decision_in_words, history_html
from serving.dashboard.views.list_query import ListQuery
from serving.dashboard.views.marked_text import as_html, legend, pieces
from serving.dashboard.views.moments import at_minute
from serving.dashboard.views.names import STATES, person
from serving.dashboard.views.questions import gap_names, gaps, question
from serving.queries.clue_detail import ClueDetail, clue_detail


@dataclass(frozen=True, slots=True)
class OpenClue:
    """What the parts of the page share."""

    seat: Seat
    detail: ClueDetail
    triage: Triage
    query: ListQuery


async def clue_page(seat: Seat, request: Request) -> None:
    clue_id = request.path_params["clue_id"]
    now = seat.desk.now()
    detail = await seat.ask(lambda c, v: clue_detail(c, v, clue_id, now=now))
    clue = OpenClue(
        seat, detail, Triage.model_validate(detail.proposal), ListQuery.read(request.query_params)
    )
    await settled_strip(seat, request.query_params.get("after", ""))
    _head(clue)
    with ui.element("div").classes("clue"):
        with ui.element("div").classes("stack"):
            _text(clue)
            _question(clue)
            await similar_card(seat, detail)
            _history(clue)
        with ui.element("section").classes("card side").props('aria-label="建议与处理"'):
            _why(clue)
            ui.html(facts_html(facts(detail, clue.triage, seat.desk.names, now)), sanitize=False)
            held = detail.holder not in (None, seat.name)
            action_bar(clue, held)
    keep_lease(clue)


_HEAD = Markup(
    '<div class="page-head"><h1>{title}</h1><span class="muted small figures">'
    "{clue_id}　收到 {received}{channel}{location}</span>"
    '<span class="chip">{state}</span>{held}</div>'
)


def _head(clue: OpenClue) -> None:
    detail = clue.detail
    held = Markup("")
    if detail.holder not in (None, clue.seat.name):
        held = Markup('<span class="badge urgent" role="status">{} 正在处理，至 {}</span>').format(
            person(detail.holder), at_minute(detail.held_until)[-5:]
        )
    ui.html(
        _HEAD.format(
            title=detail.title or "（无标题）",
            clue_id=detail.clue_id,
            received=at_minute(detail.received_at),
            channel=f"　渠道 {detail.channel}" if detail.channel else "",
            location=f"　填写地点 {detail.location}" if detail.location else "",
            state=STATES.get(detail.state, detail.state),
            held=held,
        ),
        sanitize=False,
    )
    if decided := decision_in_words(detail, clue.seat.desk.names):
        ui.html(Markup('<p class="note">{}</p>').format(decided), sanitize=False)


def _text(clue: OpenClue) -> None:
    detail = clue.detail
    with ui.element("section").classes("card").props('aria-label="来信正文"'):
        if detail.purged_at is not None:
            words = f"内容已于 {at_minute(detail.purged_at)} 按保存期限清除。"
            ui.html(Markup('<p class="muted">{}</p>').format(words), sanitize=False)
            return
        cut = pieces(detail.text, detail.proposal["evidence"], detail.proposal["places"])
        ui.html(
            Markup('<div class="message">{}</div>{}').format(as_html(cut), legend(cut)),
            sanitize=False,
        )
        if "*" in detail.text:
            ui.html('<p class="muted small">* 处为已遮盖的个人信息</p>', sanitize=False)


def _question(clue: OpenClue) -> None:
    keys = gaps(clue.triage.missing, clue.triage.reasons)
    if not keys:
        return
    text = question(keys)
    with ui.element("section").classes("card").props('aria-label="缺少的事实"'):
        ui.html(
            Markup('<h2>缺少：{}</h2><p class="ask">{}</p>').format(gap_names(keys), text),
            sanitize=False,
        )

        def copy() -> None:
            ui.clipboard.write(text)
            ui.notify("已复制，可粘贴到回复中", position="bottom")

        ui.button("复制问询", on_click=copy).props("outline dense no-caps").style("margin-top:8px")


_WHY = Markup('<div class="note warn" style="margin-bottom:6px"><b>{}</b>　{}</div>')


def _why(clue: OpenClue) -> None:
    names = clue.seat.desk.names
    found = Markup("").join(
        _WHY.format(names.reason(code), names.advice(code)) for code in clue.triage.reasons
    )
    if found:
        ui.html(found, sanitize=False)


def _history(clue: OpenClue) -> None:
    with ui.element("section").classes("card"):
        ui.html(
            Markup("<h2>经过</h2>{}").format(history_html(clue.detail, clue.seat.desk.names)),
            sanitize=False,
        )
