"""What an import refused, settled and noticed, as a workbook beside the merged file."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from model.table_writers import inert_cell
from training.exchange.importing import Imported
from training.exchange.merge import POLICIES, Conflict, Policy
from training.exchange.own_files import REPORT
from training.labelled_clue import LabelledClue

_Rows = Iterable[Sequence[object]]


def report_path(output: Path) -> Path:
    """``三月.jsonl`` → ``三月.导入报告.xlsx``."""
    return output.with_name(output.stem + REPORT)


def write_report(path: Path, imported: Imported, policy: Policy) -> None:
    """Sheets 未导入, 标注冲突, 提示 and 概况; never the text of a clue."""
    workbook = Workbook(write_only=True)
    _sheet(
        workbook,
        "未导入",
        ("文件", "行", "列", "原因"),
        ((m.file, m.place, m.column, m.reason) for m in imported.mistakes),
    )
    columns = (
        "clue_id", "采用", "依据", "标注人", "标注时间", "来源",
        "模块", "次要模块", "紧急程度", "承办职能", "出处",
    )  # fmt: skip
    conflicts = (row for conflict in imported.merge.conflicts for row in _sides(conflict))
    _sheet(workbook, "标注冲突", columns, conflicts)
    _sheet(workbook, "提示", ("文件", "提示"), ((n.file, n.message) for n in imported.notices))
    merge = imported.merge
    totals = (
        ("读到的标注", imported.rows),
        ("合并后的线索", len(merge.clues)),
        ("未导入", len(imported.mistakes)),
        ("标注冲突", len(merge.conflicts)),
        ("冲突的处理", POLICIES[policy]),
    )
    _sheet(workbook, "概况", ("项目", "值"), totals)
    workbook.save(path)


def _sides(conflict: Conflict) -> Iterable[Sequence[object]]:
    for side in conflict.sides:
        chosen = side is conflict.chosen
        yield (
            side.clue.clue_id,
            "是" if chosen else "",
            conflict.because if chosen else "",
            *(side.labeller, side.labelled_at, side.source),
            *labels_in_words(side),
            side.where,
        )


def labels_in_words(item: LabelledClue) -> tuple[str, str, str, str]:
    """Module, secondary modules, urgency and function, as codes."""
    return item.module, "；".join(item.secondary_modules), item.urgency, item.function


def _sheet(workbook: Workbook, name: str, columns: Sequence[str], rows: _Rows) -> None:
    sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGHIJK", (24, 12, 18, 60), strict=False):
        sheet.column_dimensions[letter].width = width
    sheet.append([inert_cell(sheet, column) for column in columns])
    for row in rows:
        sheet.append([inert_cell(sheet, value) for value in row])
