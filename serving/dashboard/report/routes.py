"""The report as files: plain links, behind the same gate and the same rules as the pages."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from model.errors import FenzhenError
from serving.access.errors import NotAuthenticated
from serving.dashboard.desk import Desk
from serving.dashboard.report.as_excel import as_excel
from serving.dashboard.report.as_html import as_document
from serving.dashboard.report.figures import month_report
from serving.dashboard.report.month import Month
from serving.dashboard.report.tables import MonthReport
from serving.dashboard.seat import Seat
from serving.storage.database import StorageUnavailableError

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(desk: Desk) -> list[Route]:
    async def html(request: Request) -> Response:
        return await _file(desk, request, lambda report: as_document(report).encode(), "html",
                           "text/html; charset=utf-8")  # fmt: skip

    async def excel(request: Request) -> Response:
        return await _file(desk, request, as_excel, "xlsx", _EXCEL)

    return [Route("/report/{month}.html", html), Route("/report/{month}.xlsx", excel)]


async def _file(
    desk: Desk, request: Request, write: Callable[[MonthReport], bytes], suffix: str, kind: str
) -> Response:
    month = Month.read(request.path_params["month"])
    if month is None:
        return Response("没有这个月份，请写作 2026-11", 404, media_type="text/plain; charset=utf-8")
    try:
        seat = await Seat.take(desk, request)
        report = await make_report(seat, month)
    except NotAuthenticated:
        return RedirectResponse("/login", 303)
    except StorageUnavailableError:
        raise  # it passes, and is told as such at the gate
    except FenzhenError as error:
        return Response(error.detail, 403, media_type="text/plain; charset=utf-8")
    name = f"fenzhen-{month}.{suffix}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(write(report), media_type=kind, headers=headers)


async def make_report(seat: Seat, month: Month) -> MonthReport:
    """Raises NotAllowedError, NotAuthenticated."""
    desk = seat.desk
    return await seat.ask(
        lambda c, v: month_report(
            c, v, month, desk.names, now=desk.now(), demonstration=desk.demonstration
        )
    )
