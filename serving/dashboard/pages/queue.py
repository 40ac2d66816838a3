"""待办: what came in, what is on fire, what the model is unsure of."""

from datetime import datetime

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from serving.dashboard.pages.page import handler
from serving.dashboard.pages.queue_filters import filter_bar
from serving.dashboard.seat import Seat
from serving.dashboard.shell import heading
from serving.dashboard.telling import empty_state
from serving.dashboard.views.list_query import ListQuery, as_filter
from serving.dashboard.views.moments import at_minute
from serving.dashboard.views.queue_view import queue_row, rows_html
from serving.dashboard.views.tiles import TILES, tiles_html
from serving.queries.clue_list import Page, count_clues, list_clues, list_state, work_queue
from serving.queries.models_seen import models_seen

_PER_PAGE = 50
_RECOUNT_SECONDS = 60


async def queue_page(seat: Seat, request: Request) -> None:
    board = _Board(seat, ListQuery.read(request.query_params))
    versions = await seat.ask(models_seen)
    heading("待办", f"{at_minute(seat.desk.now())} 的情况；时间均为北京时间")
    board.tiles = ui.html("", sanitize=False)
    ui.button("筛选").props("outline dense no-caps data-toggle-filters").classes("phone-only")
    filter_bar(board.query, seat.desk.names, versions, handler(board.narrow))
    with ui.element("div").classes("queue-bar"):
        board.told = ui.html("", sanitize=False).props('role=status aria-live=polite tag="span"')
        board.refresh = ui.button("列表有变化，点此更新", on_click=handler(board.show))
        board.refresh.props("flat dense no-caps").set_visibility(False)
    board.list = ui.element("div")
    await board.show()
    ui.timer(_RECOUNT_SECONDS, handler(board.recount), immediate=False)


class _Board:
    """The list of one page: its query, and where it is shown."""

    tiles: ui.html
    told: ui.html
    refresh: ui.button
    list: ui.element

    def __init__(self, seat: Seat, query: ListQuery) -> None:
        self.seat = seat
        self.query = query
        self._state: tuple[object, ...] = ()

    async def narrow(self, query: ListQuery) -> None:
        """Another filter: the list, its count and the address change together."""
        self.query = query
        address = query.address()
        ui.run_javascript(f"history.replaceState(null, '', '/{'?' + address if address else ''}')")
        await self.show()

    async def show(self) -> None:
        now = self.seat.desk.now()
        counts: dict[str, int] = {}
        for tile in TILES:
            counts[tile.key] = await self._counted(tile.query, now)
        self._state = await self._stated()
        count = await self._counted(self.query, now)
        page = await self._page(None)
        self.tiles.set_content(tiles_html(counts, self.query))
        self.told.set_content(Markup("共 <b>{:,}</b> 件{}").format(count, self._order()))
        self.refresh.set_visibility(False)
        self.list.clear()
        with self.list:
            if page.items:
                self._add(page)
            else:
                self._nothing()

    async def recount(self) -> None:
        """What the page does by itself now and then: say that there is news, move nothing."""
        self.refresh.set_visibility(await self._stated() != self._state)

    async def _stated(self) -> tuple[object, ...]:
        wanted = as_filter(self.query, self.seat.desk.now())
        return await self.seat.quiet.ask(lambda c, v: list_state(c, v, wanted))

    async def _counted(self, query: ListQuery, now: datetime) -> int:
        wanted = as_filter(query, now)
        return await self.seat.ask(lambda c, v: count_clues(c, v, wanted))

    async def _page(self, after: str | None) -> Page:
        now = self.seat.desk.now()
        wanted = as_filter(self.query, now)
        ask = list_clues if self.query.view == "all" else work_queue
        return await self.seat.ask(
            lambda c, v: ask(c, v, wanted, limit=_PER_PAGE, after=after, now=now)
        )

    def _order(self) -> str:
        if self.query.view == "all":
            return "，新到的在前"
        return "，按紧急程度、剩余时间、把握大小排列"

    def _add(self, page: Page) -> None:
        seat, now = self.seat, self.seat.desk.now()
        rows = [
            queue_row(line, seat.desk.names, seat.name, now, self.query.address())
            for line in page.items
        ]
        ui.html(rows_html(rows), sanitize=False)
        if page.next is None:
            return
        with ui.element("div").classes("more") as more:

            async def continue_() -> None:
                following = await self._page(page.next)
                more.delete()
                with self.list:
                    self._add(following)

            ui.button("再看 50 件", on_click=handler(continue_)).props("outline no-caps")

    def _nothing(self) -> None:
        if self.query.narrowed:
            empty_state("没有符合条件的线索", "请放宽筛选条件，或点“清除条件”。")
        elif self.query.view == "todo":
            empty_state(
                "没有等待复核的线索", "新线索到达后会自动出现；也可以查看“未决定”中的其他线索。"
            )
        else:
            empty_state("还没有线索", "接入系统提交第一件线索后，这里就会显示。")
