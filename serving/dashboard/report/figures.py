"""The figures of a month, asked of the same queries as every page."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from serving.access.policy import Principal
from serving.dashboard.report.month import Month
from serving.dashboard.report.tables import Cell, MonthReport, ReportTable
from serving.dashboard.views.moments import at_minute
from serving.dashboard.views.names import HEADS, STATES, Names
from serving.queries.clue_list import count_by, count_clues
from serving.queries.curves import Share, share
from serving.queries.filters import ClueFilter
from serving.queries.operation import deadlines_kept, model_periods, volumes
from serving.queries.quality import accuracy_by, critical_recall
from serving.queries.stats import HEADS as ORDER
from serving.queries.stats import scored


def month_report(
    connection: Connection, principal: Principal, month: Month, names: Names, *, now: datetime,
    demonstration: bool,
) -> MonthReport:  # fmt: skip
    """Raises Forbidden."""
    figures = _Figures(connection, principal, month, names, now)
    return MonthReport(
        title=f"{month.name}线索分诊月报",
        made_at=at_minute(now),
        demonstration=demonstration,
        tables=(
            figures.overview(), figures.by_module(), figures.by_urgency(), figures.by_unit(),
            figures.deadlines(), figures.accuracy(), figures.accuracy_by_module(),
            figures.missed(), figures.models(),
        ),
    )  # fmt: skip


_SHARE_COLUMNS = ("#复核件数", "#判对", "%准确率", "%区间下限", "%区间上限")
_SHARE_NOTE = "以复核员的决定为准；区间为 95% 置信区间（Wilson）。件数少时不宜比较。"


class _Figures:
    def __init__(
        self,
        connection: Connection,
        principal: Principal,
        month: Month,
        names: Names,
        now: datetime,
    ) -> None:
        self._c, self._v, self._names, self._now = connection, principal, names, now
        self._scope = month.scope
        self._filter = ClueFilter(
            received_from=self._scope.received_from, received_until=self._scope.received_until
        )

    def overview(self) -> ReportTable:
        days = volumes(self._c, self._v, self._scope)
        total = sum(day.received for day in days)
        asked = share(sum(day.abstained for day in days), total)
        decided = sum(day.decided for day in days)
        corrected = share(sum(day.corrected for day in days), decided)
        states = count_by(self._c, self._v, self._filter, "state")
        rows: list[tuple[Cell, ...]] = [
            ("收到线索", total, None, ""),
            ("模型请人看", asked.right, asked.value, f"占 {total:,} 件"),
            ("发出特急警示", sum(day.alarms for day in days), None, ""),
            ("人工已决定", decided, None, ""),
            ("其中更正", corrected.right, corrected.value, f"占 {decided:,} 件"),
        ]
        rows += [(f"状态：{STATES.get(str(s), str(s))}", n, None, "") for s, n in states.items()]
        return ReportTable("概况", ("项目", "#件数", "%比例", "说明"), tuple(rows),
                           "按到达日期统计，时间为北京时间。")  # fmt: skip

    def by_module(self) -> ReportTable:
        return self._counted("各模块线索", "module", "模块", self._names.module)

    def by_urgency(self) -> ReportTable:
        return self._counted("紧急程度", "urgency", "紧急程度", self._names.urgency)

    def by_unit(self) -> ReportTable:
        return self._counted("各承办院线索", "procuratorate", "承办院", self._names.procuratorate)

    def _counted(self, title: str, column: str, of: str, name: Callable[[str], str]) -> ReportTable:
        total = count_clues(self._c, self._v, self._filter)
        found = count_by(self._c, self._v, self._filter, column)
        rows = tuple(
            (name(str(code)), number, number / total if total else None)
            for code, number in found.items()
        )
        note = f"占 {total:,} 件的比例；人工决定过的按决定，其余按模型建议。"
        return ReportTable(title, (of, "#件数", "%占比"), rows, note)

    def deadlines(self) -> ReportTable:
        found = deadlines_kept(self._c, self._v, self._scope, now=self._now)
        order = [u.code for u in self._names.taxonomy.urgencies]
        found.sort(key=lambda f: order.index(f.urgency) if f.urgency in order else len(order))
        rows = tuple(
            (self._names.urgency(f.urgency), f.kept, f.late, f.overdue, f.waiting,
             share(f.kept, f.kept + f.late + f.overdue).value) for f in found
        )  # fmt: skip
        columns = ("紧急程度", "#按时查看", "#超期才看", "#超期未看", "#未到期", "%按时率")
        return ReportTable("首次查看期限", columns, rows, "按时率的分母为前三项之和。")

    def accuracy(self) -> ReportTable:
        rows = tuple((HEADS[head], *_share_cells(self._whole(head))) for head in ORDER)
        return ReportTable("准确率", ("判断", *_SHARE_COLUMNS), rows, _SHARE_NOTE)

    def _whole(self, head: str) -> Share:
        levels = scored(self._c, self._v, self._scope, head)  # type: ignore[arg-type]
        return share(sum(level.right for level in levels), sum(level.total for level in levels))

    def accuracy_by_module(self) -> ReportTable:
        found: Mapping[str, Share] = accuracy_by(self._c, self._v, self._scope, "module", "module")
        rows = tuple((self._names.module(code), *_share_cells(s)) for code, s in found.items())
        return ReportTable("各模块准确率", ("模块", *_SHARE_COLUMNS), rows, _SHARE_NOTE)

    def missed(self) -> ReportTable:
        found = critical_recall(self._c, self._v, self._scope)
        note = f"人工认定特急 {found.share.total:,} 件，当时报警 {found.share.right:,} 件。"
        return ReportTable("漏报的特急线索", ("线索编号",),
                           tuple((clue_id,) for clue_id in found.missed), note)  # fmt: skip

    def models(self) -> ReportTable:
        starts, ends = self._scope.received_from, self._scope.received_until
        rows = tuple(
            (p.model_version, {"champion": "正式", "shadow": "影子"}.get(p.role, p.role),
             at_minute(p.first_at), at_minute(p.last_at), p.answers)
            for p in model_periods(self._c, self._v)
            if starts is None or ends is None or (p.first_at < ends and p.last_at >= starts)
        )  # fmt: skip
        columns = ("版本", "角色", "首次答复", "最近答复", "#累计答复")
        return ReportTable("使用过的模型", columns, rows)


def _share_cells(found: Share) -> tuple[Cell, ...]:
    if found.value is None:
        return (0, 0, None, None, None)
    return (found.total, found.right, found.value, found.low, found.high)
