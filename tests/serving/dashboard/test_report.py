"""The month's report: the same figures in every form, offline, and nothing in it runs."""

import re
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook

from serving.dashboard.desk import Desk
from serving.dashboard.report.as_excel import as_excel
from serving.dashboard.report.as_html import as_document
from serving.dashboard.report.figures import month_report
from serving.dashboard.report.month import Month
from serving.dashboard.report.tables import MonthReport, ReportTable
from serving.queries.clue_list import count_clues
from serving.queries.filters import ClueFilter
from serving.storage.tables import clues
from tests.serving.dashboard.conftest import log_in
from tests.serving.people import JIA

STINGS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "<script>x</script>")


@pytest.fixture
def report(desk: Desk) -> MonthReport:
    with desk.database.read() as connection:
        return month_report(connection, JIA, Month.of(desk.now()), desk.names, now=desk.now(),
                            demonstration=True)  # fmt: skip


def _hostile() -> MonthReport:
    table = ReportTable("漏报", ("线索编号", "#件数"), tuple((sting, 1) for sting in STINGS))
    return MonthReport("2026年11月线索分诊月报", "2026-11-29 16:00", False, (table,))


def test_the_parts_add_up_to_the_whole(report: MonthReport, desk: Desk) -> None:
    month = Month.of(desk.now())
    wanted = ClueFilter(
        received_from=month.scope.received_from, received_until=month.scope.received_until
    )
    with desk.database.read() as connection:
        total = count_clues(connection, JIA, wanted)
    tables = {table.title: table for table in report.tables}
    assert tables["概况"].rows[0][:2] == ("收到线索", total)
    for title in ("各模块线索", "紧急程度", "各承办院线索"):
        assert sum(int(row[1] or 0) for row in tables[title].rows) == total


def test_the_html_needs_no_network_and_no_script(report: MonthReport) -> None:
    document = as_document(report)
    assert not re.search(r"https?:|<script|<link|<img|url\(", document)
    assert "演示数据" in document
    assert "&lt;script&gt;" in as_document(_hostile())


def test_the_workbook_holds_numbers_as_numbers_and_no_formula(report: MonthReport) -> None:
    for made in (report, _hostile()):
        workbook = load_workbook(BytesIO(as_excel(made)))
        assert workbook.sheetnames == [table.title for table in made.tables]
        kinds = {cell.data_type for sheet in workbook for row in sheet for cell in row}
        assert "f" not in kinds
    sheet = workbook["漏报"]
    assert [row[0].value for row in sheet.iter_rows(min_row=4)][:4] == list(STINGS[:4])
    assert all(row[0].quotePrefix for row in sheet.iter_rows(min_row=4, max_row=7))


def test_no_word_of_a_clue_is_in_it(report: MonthReport, desk: Desk) -> None:
    document = as_document(report)
    with desk.database.read() as connection:
        texts = connection.execute(clues.select()).all()
    assert all(row.text[:20] not in document for row in texts)


@pytest.mark.asyncio
async def test_the_files_are_for_those_who_may_make_a_report(web: httpx.AsyncClient) -> None:
    assert (await web.get("/report/2026-11.xlsx")).status_code == 303
    await log_in(web, "yanshi-shenji")
    assert (await web.get("/report/2026-11.xlsx")).status_code == 403
    await log_in(web, "yanshi-fenxi")
    found = await web.get("/report/2026-11.xlsx")
    assert found.headers["content-disposition"] == 'attachment; filename="fenzhen-2026-11.xlsx"'
    assert load_workbook(BytesIO(found.content)).sheetnames[0] == "概况"
    assert (await web.get("/report/2026-13.html")).status_code == 404
