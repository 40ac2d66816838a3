"""``fenzhen data import``: labels from every tool and the service into one file."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from model.errors import InvalidTable
from model.table_writers import write_jsonl, write_together
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.exchange.importing import SUFFIXES, Imported, import_labels
from training.exchange.merge import POLICIES, Policy
from training.exchange.report import report_path, write_report
from training.exchange.rows_out import to_row
from training.exchange.version import dataset_version
from training.labelled import files_in

_SHOWN = 20
_DEFAULTS = TrainingConfig()


def import_data(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="文件…",
            help="JSONL、CSV、Excel、Label Studio（JSON、JSON_MIN）、doccano 的文件或文件夹",
        ),
    ] = None,
    output: Annotated[Path, typer.Option(help="合并后的 .jsonl 文件")] = Path("merged.jsonl"),
    from_service: Annotated[
        str | None,
        typer.Option(
            help="同时取服务中的人工复核：sqlite:///… postgresql://… 或 http(s)://…"
            "（后者的密钥放在环境变量 FENZHEN_API_KEY）"
        ),
    ] = None,
    policy: Annotated[
        Policy,
        typer.Option(help="；".join(f"{name}：{told}" for name, told in POLICIES.items())),
    ] = "service",
    mask: Annotated[bool, typer.Option(help="是否遮盖个人信息，默认遮盖")] = True,
    strict: Annotated[bool, typer.Option("--strict", help="有一行不能导入就什么也不写")] = False,
    taxonomy: Annotated[Path, typer.Option(help="口径文件")] = _DEFAULTS.taxonomy,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """汇集标注；不能导入的行一次列全。有未导入的行时退出码为 1，什么也没写时为 2。"""
    if not files and from_service is None:
        raise typer.BadParameter("请给出文件，或用 --from-service 指明服务")
    if output.suffix != ".jsonl":
        raise typer.BadParameter("--output 请用 .jsonl；要其他格式请再用 fenzhen data export")
    with Console(stderr=True).status("读取与合并"):
        imported = import_labels(
            files_in(files or [], SUFFIXES),
            load_taxonomy(taxonomy),
            service=from_service,
            policy=policy,
            mask=mask,
        )
        report = report_path(output)
        refused = imported.unusable_files or (imported.mistakes if strict else [])
        if refused or not imported.merge.clues:
            write_together({report: partial(write_report, imported=imported, policy=policy)})
            raise _nothing_written(imported, report)
        rows = [to_row(merged) for merged in imported.merge.clues]
        write_together(
            {
                report: partial(write_report, imported=imported, policy=policy),
                output: partial(write_jsonl, rows=rows),
            }
        )
    version = dataset_version(merged.settled for merged in imported.merge.clues)
    if as_json:
        typer.echo(json.dumps(_figures(imported, output, version), ensure_ascii=False, indent=2))
    else:
        _show(imported, output, version, policy)
    if imported.mistakes:
        raise typer.Exit(1)


def _nothing_written(imported: Imported, report: Path) -> InvalidTable:
    mistakes = [str(mistake) for mistake in imported.mistakes]
    if not mistakes:
        told = "；".join(f"{notice.file} {notice.message}" for notice in imported.notices)
        mistakes = [f"没有一条已标注的线索{f'（{told}）' if told else ''}"]
    more = len(mistakes) - _SHOWN
    shown = [*mistakes[:_SHOWN], *([f"另有 {more} 处，全部列在 {report}"] if more > 0 else [])]
    return InvalidTable("要导入的文件（什么也没有写入）", shown)


def _figures(imported: Imported, output: Path, version: str) -> dict[str, object]:
    merge = imported.merge
    return {
        "output": str(output),
        "report": str(report_path(output)),
        "version": version,
        "rows": imported.rows,
        "clues": len(merge.clues),
        "conflicts": len(merge.conflicts),
        "rejected": [str(mistake) for mistake in imported.mistakes],
        "notices": [f"{notice.file} {notice.message}" for notice in imported.notices],
    }


def _show(imported: Imported, output: Path, version: str, policy: Policy) -> None:
    console = Console(soft_wrap=True, highlight=False)
    merge = imported.merge
    console.print(f"读到 {imported.rows} 条标注，合并为 {len(merge.clues)} 条线索，写入 {output}")
    console.print(f"数据版本 {version[:16]}")
    if merge.conflicts:
        console.print(f"标注不一致 {len(merge.conflicts)} 条，按“{POLICIES[policy]}”处理：")
        for conflict in merge.conflicts[:_SHOWN]:
            sides = "；".join(
                f"{side.labeller or '未署名'} {side.module}/{side.urgency}/{side.function}"
                for side in conflict.sides
            )
            name = escape(conflict.chosen.name)
            chosen = conflict.chosen.labeller or "未署名"
            console.print(
                f"    {name}：{escape(sides)} → 采用 {escape(chosen)}（{conflict.because}）"
            )
    for notice in imported.notices:
        console.print(f"提示 {escape(notice.file)}：{escape(notice.message)}")
    if imported.mistakes:
        console.print(f"未导入 {len(imported.mistakes)} 处：")
        for mistake in imported.mistakes[:_SHOWN]:
            console.print(f"    {escape(str(mistake))}")
    console.print(f"全部明细在 {report_path(output)}")
