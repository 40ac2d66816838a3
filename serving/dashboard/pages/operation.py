"""运行: what came in, how fast it was answered, what drifts, which deadlines were kept."""

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from serving.dashboard.charts.look import palette
from serving.dashboard.charts.operation import deadlines_chart, rates_chart, volume_chart
from serving.dashboard.pages.parts import Part, chart, nothing, show_parts, warn
from serving.dashboard.pages.scope_bar import scope_bar
from serving.dashboard.seat import Seat
from serving.dashboard.shell import heading
from serving.dashboard.views.drift_table import drift_table
from serving.dashboard.views.intervals import share_table
from serving.dashboard.views.model_tables import choices_table, periods_table, shadow_table
from serving.dashboard.views.scopes import FigureQuery
from serving.dashboard.views.shares import in_words, too_few
from serving.queries.curves import share
from serving.queries.drift import drifts
from serving.queries.models_seen import models_seen
from serving.queries.operation import (
    Day,
    deadlines_kept,
    latencies,
    model_history,
    model_periods,
    shadow_comparison,
    volumes,
)


async def operation_page(seat: Seat, request: Request) -> None:
    query = FigureQuery.read(request.query_params)
    heading("运行", "按到达日统计；日期为北京时间")
    scope_bar(seat, "/operation", query, await seat.ask(models_seen), heads=False)
    figures = _Figures(seat, query)
    await show_parts([
        Part("到达量", "每天到达的线索，及其中请人看的", figures.volume),
        Part("请人看与更正的比例", "每天往前 7 天合计", figures.rates),
        Part("漂移", "来信或判断是否与以前不同", figures.drift, wide=True),
        Part("首次查看的期限", "按紧急程度，件数", figures.deadlines),
        Part("答复用时", "从收到到答复，毫秒", figures.latency),
        Part("影子模型", "试运行的模型与正式模型相比", figures.shadow, wide=True),
        Part("模型", "哪个模型在何时答复、何时更换", figures.models, wide=True),
    ])  # fmt: skip


class _Figures:
    def __init__(self, seat: Seat, query: FigureQuery) -> None:
        self._seat = seat
        self._scope = query.scope(seat.desk.now())
        self._look = palette(seat.theme)
        self._kept: list[Day] | None = None

    async def _days(self) -> list[Day]:
        if self._kept is None:
            self._kept = await self._seat.ask(lambda c, v: volumes(c, v, self._scope))
        return self._kept

    async def volume(self) -> None:
        days = await self._days()
        total = sum(day.received for day in days)
        if not total:
            nothing("这段时间没有线索。")
            return
        asked, alarms = sum(d.abstained for d in days), sum(d.alarms for d in days)
        words = f"共 {total:,} 件；请人看 {in_words(share(asked, total))}；可能特急 {alarms:,} 件"
        ui.label(words).classes("muted small")
        chart(volume_chart(days, self._look), words)

    async def rates(self) -> None:
        days = await self._days()
        decided = sum(day.decided for day in days)
        if not decided:
            nothing("这段时间的线索还没有人作过决定。")
            return
        warn(too_few(decided))
        corrected = share(sum(day.corrected for day in days), decided)
        words = f"更正 {in_words(corrected)}"
        ui.label(words).classes("muted small")
        chart(rates_chart(days, self._look), words)

    async def drift(self) -> None:
        found = await self._seat.ask(lambda c, v: drifts(c, v, self._seat.desk.now()))
        ui.html(drift_table(found, self._seat.desk.names), sanitize=False)
        ui.html(
            '<p class="muted small">有变化不等于模型变差：先看变化最大的一项是否有缘由，'
            "再看置信度页的可靠性图；更正比例上升时，请告诉分析员重新训练。</p>",
            sanitize=False,
        )

    async def deadlines(self) -> None:
        seat = self._seat
        found = await seat.ask(lambda c, v: deadlines_kept(c, v, self._scope, now=seat.desk.now()))
        if not found:
            nothing("这段时间没有线索。")
            return
        urgencies = seat.desk.names.taxonomy.urgencies
        found.sort(key=lambda f: [u.code for u in urgencies].index(f.urgency))
        names = {u.code: u.name for u in urgencies}
        rows = [(names[f.urgency], share(f.kept, f.kept + f.late + f.overdue)) for f in found]
        chart(deadlines_chart(found, names, self._look), "各紧急程度首次查看的件数", height=200)
        ui.html(
            share_table(
                "已到期的线索中按时查看的",
                "紧急程度",
                rows,
                n="已到期 n",
                right="按时",
                share="按时率",
            ),
            sanitize=False,
        )

    async def latency(self) -> None:
        found = await self._seat.ask(lambda c, v: latencies(c, v, self._scope))
        if not found:
            nothing("这段时间没有答复。")
            return
        tiles = Markup("").join(
            Markup('<div class="tile"><div class="n">{:.0f} ms</div><div class="what">{}</div>'
                   "</div>").format(value, f"{quantile:.0%} 的答复不超过")
            for quantile, value in found.items()
        )  # fmt: skip
        ui.html(Markup('<div class="tiles">{}</div>').format(tiles), sanitize=False)
        if self._seat.desk.demonstration:
            ui.label("演示数据中的用时是模拟的").classes("muted small")

    async def shadow(self) -> None:
        found = await self._seat.ask(lambda c, v: shadow_comparison(c, v, self._scope))
        if found:
            ui.html(shadow_table(found), sanitize=False)
        else:
            nothing("没有设置影子模型。分析员训练出新模型后，可先设为影子，比较一段时间再更换。")

    async def models(self) -> None:
        periods = await self._seat.ask(model_periods)
        changes = await self._seat.ask(model_history)
        ui.html(periods_table(periods), sanitize=False)
        if changes:
            ui.html(choices_table(changes), sanitize=False)
        else:
            ui.label("没有更换记录").classes("muted small")
