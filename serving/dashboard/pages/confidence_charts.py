"""Histogram, reliability and risk of one head."""

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from serving.dashboard.charts.confidence import (
    histogram_chart,
    reliability_chart,
    risk_coverage_chart,
)
from serving.dashboard.charts.look import palette
from serving.dashboard.pages.parts import chart, nothing, warn
from serving.dashboard.pages.what_if import what_if_tiles
from serving.dashboard.seat import Seat
from serving.dashboard.views.names import HEADS
from serving.dashboard.views.scopes import FigureQuery
from serving.dashboard.views.shares import too_few
from serving.dashboard.views.thresholds import what_if
from serving.queries.curves import calibration_error, reliability, risk_coverage
from serving.queries.stats import Scored, histogram, scored

_NONE = "还没有复核过的线索，复核后这里会出现曲线。"


class ConfidenceCharts:
    def __init__(self, seat: Seat, query: FigureQuery) -> None:
        self._seat = seat
        self._query = query
        self._scope = query.scope(seat.desk.now())
        self._look = palette(seat.theme)
        self._present = min(1.0, float(seat.desk.gates[query.head]))
        self._levels: list[Scored] | None = None

    async def histogram(self) -> None:
        counts = await self._seat.ask(lambda c, v: histogram(c, v, self._scope, self._query.head))
        total = sum(counts)
        if not total:
            nothing("这段时间没有线索。")
            return
        option = histogram_chart(counts, self._present, self._look)
        head = HEADS[self._query.head]
        ui.label(f"n = {total:,}，现用阈值 {self._present:.0%}").classes("muted small")
        chart(option, f"{head}的把握分布，共 {total} 件")

    async def reliability(self) -> None:
        levels = await self._scored()
        total = sum(level.total for level in levels)
        if not total:
            nothing(_NONE)
            return
        warn(too_few(total))
        error = calibration_error(levels) or 0.0
        ui.label(f"n = {total:,}，校准误差 ECE = {error:.3f}（0 最好）").classes("muted small")
        chart(
            reliability_chart(reliability(levels), self._look),
            f"可靠性图，{total} 件已复核线索，校准误差 {error:.3f}",
        )

    async def risk(self) -> None:
        levels = await self._scored()
        total = sum(level.total for level in levels)
        if not total:
            nothing(_NONE)
            return
        warn(too_few(total))
        now = what_if(levels, self._present, self._present)
        here = (now.let_through.value or 0.0, now.wrong.value or 0.0)
        with ui.element("div").classes("grid-2"):
            with ui.element("div"):
                chart(
                    risk_coverage_chart(risk_coverage(levels), here, self._look),
                    f"放行比例与其中错误比例的曲线，{total} 件；现用阈值放行 {here[0]:.0%}",
                )
            with ui.element("div"):
                self._slider(levels)

    def _slider(self, levels: list[Scored]) -> None:
        present = round(self._present * 100)

        def show(threshold: int) -> None:
            told.set_text(f"若把阈值改为 {threshold}%（现用 {present}%）")
            shown.set_content(what_if_tiles(what_if(levels, threshold / 100, self._present)))

        def moved(event: ValueChangeEventArguments[float | None]) -> None:
            show(round(event.value or 0))

        told = ui.label().classes("small")
        slider = ui.slider(min=0, max=100, step=1, value=present, on_change=moved)
        slider.props('label-always aria-label="阈值" throttle=80').style("padding:28px 10px 0")
        slider.mark("threshold")
        shown = ui.html("", sanitize=False).props("aria-live=polite")
        show(present)

    async def _scored(self) -> list[Scored]:
        if self._levels is None:
            head = self._query.head
            self._levels = await self._seat.ask(lambda c, v: scored(c, v, self._scope, head))
        return self._levels
