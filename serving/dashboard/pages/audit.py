"""审计: the chain as the auditor sees it, and the button that proves it."""

from collections.abc import Callable

from fastapi import Request
from markupsafe import Markup
from nicegui import ui
from sqlalchemy import Connection

from serving.access.policy import Action, Principal, require
from serving.audit_chain import Link
from serving.dashboard.pages.page import handler
from serving.dashboard.seat import Seat
from serving.dashboard.shell import heading
from serving.dashboard.telling import empty_state
from serving.dashboard.views.audit_table import ACTIONS, audit_table
from serving.dashboard.views.moments import at_minute
from serving.queries.audit_list import AuditFilter, list_audit
from serving.storage.audit import Verdict, verify

_PER_PAGE = 50


async def audit_page(seat: Seat, request: Request) -> None:
    heading("审计", "只增不改；每条含前一条的哈希，改动、插入或删去任何一条都会被查出")
    with ui.element("div").classes("card stack"):
        _verifying(seat)
    chain = _Chain(seat)
    with ui.element("div").classes("scope").style("margin-top:16px"):
        chain.field("谁（如 user:zhang）", "actor")
        actions = {"": "不限", **ACTIONS}
        action = ui.select(actions, label="做了什么", value="", on_change=handler(chain.show))
        action.props("dense outlined options-dense").style("width:180px")
        chain.read["action"] = lambda: str(action.value or "")
        chain.field("对象（如 clue:LJ-1）", "subject")
    chain.body = ui.element("div").classes("card")
    await chain.show()


def _verifying(seat: Seat) -> None:
    with ui.row().classes("items-center"):
        button = ui.button("校验整条审计链").props("unelevated color=primary no-caps")
        busy = ui.spinner(size="sm")
        busy.set_visibility(False)
        told = ui.html("", sanitize=False).props("role=status aria-live=polite")

    @handler
    async def check() -> None:
        busy.set_visibility(True)
        button.disable()
        try:
            told.set_content(_verdict(await seat.ask(_verified), at_minute(seat.desk.now())))
        finally:
            busy.set_visibility(False)
            button.enable()

    button.on_click(check)
    button.mark("verify")


def _verified(connection: Connection, principal: Principal) -> Verdict:
    require(principal, Action.READ_AUDIT)
    return verify(connection)


def _verdict(found: Verdict, at: str) -> Markup:
    if found.broken_at is None:
        return Markup(
            '<span class="badge good">✓ 完整</span> {:,} 条全部相符，校验于 {}。末条哈希 '
            '<span class="hash">{}</span>，可抄录到别处，日后对照。'
        ).format(found.rows, at, found.head or "（空）")
    return Markup(
        '<span class="badge critical">▲ 不相符</span> 前 {:,} 条相符，第 <b>{:,}</b> 条起与记录的'
        "哈希不符，可能被改动过。请保留数据库现状，立即报告。"
    ).format(found.rows, found.broken_at)


class _Chain:
    """The list below: its filter, and the pages shown so far."""

    body: ui.element

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.read: dict[str, Callable[[], str]] = {}

    def field(self, label: str, name: str) -> None:
        shown = ui.input(label, on_change=handler(self.show))
        shown.props("dense outlined clearable debounce=400 maxlength=128").style("width:220px")
        self.read[name] = lambda: str(shown.value or "").strip()

    async def show(self, *_: object) -> None:
        rows = await self._page(None)
        self.body.clear()
        with self.body:
            if rows:
                self._add(rows)
            else:
                empty_state("没有符合条件的记录", "请放宽条件。")

    async def _page(self, before: int | None) -> list[Link]:
        wanted = AuditFilter(**{name: read() or None for name, read in self.read.items()})
        return await self._seat.ask(
            lambda c, v: list_audit(c, v, wanted, limit=_PER_PAGE, before=before)
        )

    def _add(self, rows: list[Link]) -> None:
        ui.html(audit_table(rows, self._seat.desk.names), sanitize=False)
        if len(rows) < _PER_PAGE or rows[-1].number == 1:
            return
        with ui.element("div").classes("more") as more:

            async def continue_() -> None:
                following = await self._page(rows[-1].number)
                more.delete()
                with self.body:
                    self._add(following)

            ui.button("再看 50 条", on_click=handler(continue_)).props("outline no-caps")
