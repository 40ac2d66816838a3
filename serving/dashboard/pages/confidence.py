"""置信度: what the model's confidence is worth, measured by what people decided."""

from fastapi import Request

from serving.dashboard.pages.confidence_charts import ConfidenceCharts
from serving.dashboard.pages.confidence_tables import ConfidenceTables
from serving.dashboard.pages.parts import Part, show_parts
from serving.dashboard.pages.scope_bar import scope_bar
from serving.dashboard.seat import Seat
from serving.dashboard.shell import heading
from serving.dashboard.views.names import HEADS
from serving.dashboard.views.scopes import FigureQuery
from serving.queries.models_seen import models_seen


async def confidence_page(seat: Seat, request: Request) -> None:
    query = FigureQuery.read(request.query_params)
    heading(
        "置信度", "“准确”以复核员的决定为准；复核多的是模型没有把握的，整体准确率会高于这里的数字"
    )
    scope_bar(seat, "/confidence", query, await seat.ask(models_seen), heads=True)
    charts, tables = ConfidenceCharts(seat, query), ConfidenceTables(seat, query)
    head = HEADS[query.head]
    await show_parts([
        Part("把握的分布", f"全部线索，{head}；不论是否复核", charts.histogram),
        Part("可靠性图", "模型说几成，实际就对几成，点与菱形重合为好", charts.reliability),
        Part("风险与放行", "只按已复核的线索估算；拖动看换一个阈值会怎样", charts.risk, wide=True,
             height=380),
        Part("准确率", "按部分列出，每个比例都带件数与区间", tables.accuracy, wide=True),
        Part("混淆矩阵", "对角线为一致；其余各格是更正过的", tables.confusion, wide=True),
        Part("特急召回", "人工认定特急的，当时是否报了警", tables.critical),
        Part("复核员之间的一致", "同一件线索由两人分别看过；不列个人", tables.agreement),
    ])  # fmt: skip
