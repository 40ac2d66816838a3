"""报表: a month on one page, and as files to send on."""

from fastapi import Request
from markupsafe import Markup
from nicegui import ui

from serving.dashboard.pages.parts import choices
from serving.dashboard.report.as_html import as_fragment
from serving.dashboard.report.month import Month
from serving.dashboard.report.routes import make_report
from serving.dashboard.seat import Seat
from serving.dashboard.shell import heading
from serving.dashboard.telling import failed_state, loading_state

_MONTHS = 6
_FILES = Markup(
    '<a class="plain" href="/report/{0}.html" download>下载 HTML</a> '
    '<a class="plain" href="/report/{0}.xlsx" download>下载 Excel</a>'
)


async def report_page(seat: Seat, request: Request) -> None:
    now = Month.of(seat.desk.now())
    month = Month.read(request.query_params.get("month", "")) or now
    heading("报表", "不含线索内容与个人信息；文件不需要联网即可打开")
    with ui.element("div").classes("scope"):
        recent = [now.plus(-n) for n in range(_MONTHS)]
        choices("月份", [(f"/report?month={m}", m.name, m == month) for m in recent])
        ui.html(_FILES.format(month), sanitize=False)
    body = ui.element("div").classes("card stack")
    with body:
        loading_state(420)
    await ui.context.client.connected()
    try:
        report = await make_report(seat, month)
    except Exception as error:
        body.clear()
        with body:
            failed_state(error)
        return
    body.clear()
    with body:
        made = Markup('<h2>{}</h2><p class="muted small">生成于 {}</p>').format(
            report.title, report.made_at
        )
        ui.html(made, sanitize=False)
        ui.html(as_fragment(report), sanitize=False).classes("report-body")
