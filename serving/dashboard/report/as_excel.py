"""A report as an Excel workbook: a sheet a table, numbers as numbers, nothing that runs."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from model.table_writers import inert_cell
from serving.dashboard.report.tables import Cell, MonthReport, ReportTable


def as_excel(report: MonthReport) -> bytes:
    workbook = Workbook(write_only=True)
    for table in report.tables:
        _add(workbook, table, report)
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _add(workbook: Workbook, table: ReportTable, report: MonthReport) -> None:
    sheet = workbook.create_sheet(table.title[:31])
    widths = [max([len(name) * 2, *(len(str(row[i])) + 4 for row in table.rows)])
              for i, name in enumerate(table.names())]  # fmt: skip
    for index, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + index)].width = min(48, max(10, width))
    marked = "（演示数据）" if report.demonstration else ""
    sheet.append([inert_cell(sheet, f"{report.title} · {table.title}{marked}")])
    sheet.append([inert_cell(sheet, f"{table.note}生成于 {report.made_at}")])
    sheet.append([_bold(sheet, name) for name in table.names()])
    for row in table.rows:
        sheet.append([
            _cell(sheet, value, kind) for value, kind in zip(row, table.kinds(), strict=True)
        ])  # fmt: skip


def _bold(sheet: WriteOnlyWorksheet, name: str) -> ExcelCell:
    cell = inert_cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Cell, kind: str) -> ExcelCell:
    cell = inert_cell(sheet, value)
    if value is not None and kind:
        cell.number_format = "0.0%" if kind == "%" else "#,##0"
    return cell
