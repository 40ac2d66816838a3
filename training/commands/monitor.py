"""``fenzhen monitor``: has anything changed between two windows of time?"""

import json
import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from model.taxonomy import Taxonomy, load_taxonomy
from training.axes import Axes
from training.config import TrainingConfig
from training.exchange.service_in import service_rows
from training.labelled import data_files, read_labelled
from training.moments import SHANGHAI, instant
from training.monitor.compare import ALPHA, Comparison, compare_windows
from training.monitor.report import figure, html_report, verdict, write_prometheus
from training.monitor.window import Window, answers_of_service, window_of_file

_DEFAULTS = TrainingConfig()
_DATES = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\.\.")


def monitor(
    before: Annotated[
        str,
        typer.Option(
            help="前一段：线索文件，或与 --from-service 同用的日期 2026-09-01..2026-09-30"
        ),
    ],
    after: Annotated[str, typer.Option(help="后一段：同上")],
    from_service: Annotated[
        str | None, typer.Option(help="从服务取判断与复核：sqlite:///… postgresql://… http(s)://…")
    ] = None,
    model: Annotated[Path, typer.Option(help="模型包文件夹，用来判读文件中的线索")] = (
        _DEFAULTS.output
    ),
    data: Annotated[
        list[Path] | None, typer.Option(help="模型学过的标注数据，用来认“未见过的字”")
    ] = None,
    alpha: Annotated[
        float, typer.Option(help="一切如常时误报哪怕一项的机会上限", min=0.001, max=0.2)
    ] = ALPHA,
    html: Annotated[Path | None, typer.Option(help="写出可离线打开的报告")] = None,
    prometheus: Annotated[Path | None, typer.Option(help="写出 Prometheus 文本文件")] = None,
    taxonomy: Annotated[Path, typer.Option(help="口径文件")] = _DEFAULTS.taxonomy,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """比较两段时间的来信与判断；有变化时退出码为 1。"""
    with Console(stderr=True).status("读取与比较"):
        windows = _windows(before, after, from_service, model)
        labels = load_taxonomy(taxonomy)
        known = _characters(tuple(data or _DEFAULTS.data), labels)
        found = compare_windows(*windows, known, alpha=alpha)
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(html_report(found, Axes(labels).names), encoding="utf-8")
    if prometheus is not None:
        write_prometheus(found, prometheus)
    if as_json:
        signals = [asdict(signal) for signal in found.signals]
        content = {"verdict": verdict(found), "alpha": alpha, "signals": signals}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        _show(found, Console(highlight=False))
    if found.alarms:
        raise typer.Exit(1)


def _windows(before: str, after: str, service: str | None, model: Path) -> tuple[Window, Window]:
    if service is None:
        if any(_DATES.match(text) and not Path(text).exists() for text in (before, after)):
            raise typer.BadParameter("按日期比较须用 --from-service 写明从哪个服务取")
        return window_of_file(Path(before), model), window_of_file(Path(after), model)
    answers = answers_of_service(
        service_rows(service, "answers"), service_rows(service, "labelled_clues")
    )
    dated = [(instant(moment).astimezone(SHANGHAI).date(), answer) for moment, answer in answers]
    one, other = (_days(text) for text in (before, after))
    first, second = (
        Window.of(text, [answer for day, answer in dated if start <= day <= end])
        for text, (start, end) in ((before, one), (after, other))
    )
    return first, second


def _days(text: str) -> tuple[date, date]:
    """``2026-09-01..2026-09-30``, both included, by Lanzhou's clock."""
    first, separator, last = text.partition("..")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise typer.BadParameter("日期请写作 2026-09-01..2026-09-30") from error
    if not separator or start > end:
        raise typer.BadParameter("日期请写作 2026-09-01..2026-09-30，前一天不晚于后一天")
    return start, end


def _characters(paths: tuple[Path, ...], taxonomy: Taxonomy) -> frozenset[str]:
    clues = read_labelled(data_files(paths), taxonomy)
    return frozenset().union(*(item.clue.text for item in clues if item.split == "train"))


def _show(found: Comparison, console: Console) -> None:
    table = Table(title=f"{found.before.name} → {found.after.name}")
    for column in ("项目", "前", "后", "p", "校正后 p", "结论"):
        table.add_column(column, justify="left" if column in ("项目", "结论") else "right")
    for signal in found.signals:
        values = (signal.p, signal.adjusted)
        table.add_row(
            signal.name,
            figure(signal.code, signal.before),
            figure(signal.code, signal.after),
            *("—" if value is None else f"{value:.4f}" for value in values),
            "有变化" if signal.alarm else signal.note or "未见变化",
        )
    console.print(table)
    sizes = f"前 {len(found.before.answers)} 件，后 {len(found.after.answers)} 件"
    console.print(f"{sizes}；一切如常时误报一项的机会不超过 {found.alpha:.0%}（Holm 校正）")
    console.print(verdict(found), soft_wrap=True)
