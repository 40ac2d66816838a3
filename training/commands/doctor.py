"""``fenzhen doctor``: is this file of labelled clues fit to learn from?"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from training.config import TrainingConfig
from training.doctor.examination import examine
from training.doctor.finding import SHOWN, Finding, Status, worst

_SHOWN_AS: dict[Status, tuple[str, str]] = {
    "good": ("通过", "green"),
    "warn": ("留意", "yellow"),
    "fail": ("不合格", "red"),
}


def doctor(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="文件…", help="标注数据文件或文件夹；默认检查自带语料"),
    ] = None,
    like: Annotated[
        Path | None, typer.Option(help="与这个文件里的来信比较长短与笔法，只需 text 列")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """检查标注数据能不能用来训练；有不合格项时退出码为 1。"""
    config = TrainingConfig(data=tuple(files)) if files else TrainingConfig()
    status = Console(stderr=True).status("开始检查")
    with status:
        findings = examine(config, like, status.update)
    if as_json:
        content = {"status": worst(findings), "checks": [asdict(found) for found in findings]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        _show(findings, Console())
    if worst(findings) == "fail":
        raise typer.Exit(1)


def _show(findings: list[Finding], console: Console) -> None:
    for found in findings:
        word, colour = _SHOWN_AS[found.status]
        console.print(f"[{colour}]{word}[/] {found.title}：{escape(found.summary)}", soft_wrap=True)
        for row in found.rows[:SHOWN]:
            console.print(f"    {escape(row)}", soft_wrap=True, highlight=False)
        if len(found.rows) > SHOWN:
            console.print(f"    另有 {len(found.rows) - SHOWN} 条，用 --json 看全部")
    word, colour = _SHOWN_AS[worst(findings)]
    console.print(f"总评：[{colour}]{word}[/]")
