"""Accuracy by part, confusion, recall of emergencies, agreement of people."""

from collections.abc import Mapping

from markupsafe import Markup
from nicegui import ui

from serving.dashboard.pages.parts import nothing, warn
from serving.dashboard.seat import Seat
from serving.dashboard.views.addresses import clue_address
from serving.dashboard.views.confusion_table import confusion_table
from serving.dashboard.views.intervals import share_table
from serving.dashboard.views.moments import today
from serving.dashboard.views.names import HEADS
from serving.dashboard.views.scopes import FigureQuery
from serving.dashboard.views.shares import in_words, too_few
from serving.queries.curves import Share
from serving.queries.quality import (
    Dimension,
    accuracy_by,
    agreement,
    confusion,
    critical_recall,
)

_DIMENSIONS: Mapping[Dimension, str] = {
    "module": "模块", "procuratorate": "承办院", "month": "月份", "model": "模型",
}  # fmt: skip
_MISSES_SHOWN = 30


class ConfidenceTables:
    def __init__(self, seat: Seat, query: FigureQuery) -> None:
        self._seat = seat
        self._query = query
        self._scope = query.scope(seat.desk.now())

    async def accuracy(self) -> None:
        shown = ui.element("div")

        async def show(dimension: Dimension) -> None:
            found = await self._seat.ask(
                lambda c, v: accuracy_by(c, v, self._scope, self._query.head, dimension)
            )
            shown.clear()
            with shown:
                self._table(dimension, found)

        with ui.row().classes("items-center"):
            picked = ui.toggle(dict(_DIMENSIONS), value="module")
            picked.props('no-caps unelevated dense padding="2px 14px" aria-label="按什么分"')
            picked.on_value_change(lambda event: show(event.value))
        shown.move(target_index=-1)
        await show("module")

    def _table(self, dimension: Dimension, found: Mapping[str, Share]) -> None:
        if not found:
            nothing("还没有复核过的线索。")
            return
        names = self._seat.desk.names
        named = {"module": names.module, "procuratorate": names.procuratorate}.get(dimension, str)
        rows = [(named(key), share) for key, share in found.items()]
        if dimension not in ("month", "model"):
            rows.sort(key=lambda row: -row[1].total)
        total = sum(share.total for share in found.values())
        caption = f"{HEADS[self._query.head]}的准确率，共 {total:,} 件已复核"
        ui.html(share_table(caption, _DIMENSIONS[dimension], rows), sanitize=False)

    async def confusion(self) -> None:
        head = self._query.head
        counts = await self._seat.ask(lambda c, v: confusion(c, v, self._scope, head))
        if not counts:
            nothing("还没有复核过的线索。")
            return
        scope = self._scope
        within = {
            "since": today(scope.received_from).isoformat() if scope.received_from else "",
            "module": scope.module or "",
            "procuratorate": scope.procuratorate or "",
            "model": scope.model_version or "",
        }
        ui.html(confusion_table(counts, head, self._seat.desk.names, within), sanitize=False)

    async def critical(self) -> None:
        found = await self._seat.ask(lambda c, v: critical_recall(c, v, self._scope))
        if not found.share.total:
            nothing("这段时间没有人工认定为特急的线索。")
            return
        warn(too_few(found.share.total))
        told = Markup("<p>召回 <b>{}</b></p>").format(in_words(found.share))
        links = Markup("、").join(
            Markup('<a href="{}">{}</a>').format(clue_address(clue_id), clue_id)
            for clue_id in found.missed[:_MISSES_SHOWN]
        )
        missed = found.share.total - found.share.right
        told += Markup("<p>漏报 {} 件{}{}</p>").format(missed, "：" if missed else "", links)
        if missed > _MISSES_SHOWN:
            told += Markup('<p class="muted small">只列最近 {} 件</p>').format(_MISSES_SHOWN)
        ui.html(told, sanitize=False)

    async def agreement(self) -> None:
        found = await self._seat.ask(lambda c, v: agreement(c, v, self._scope))
        total = found[0].share.total if found else 0
        if not total:
            nothing("还没有由两人分别复核的线索；用“请人再看”可以产生。")
            return
        warn(too_few(total))
        rows = [(HEADS[a.head] + _kappa(a.kappa), a.share) for a in found]
        ui.html(
            share_table(f"{total:,} 件由两人看过", "判断", rows, right="相同", share="一致率"),
            sanitize=False,
        )


def _kappa(kappa: float | None) -> str:
    return "" if kappa is None else f"（κ {kappa:.2f}）"
