"""``fenzhen train``: retrain from the command line, with progress, and record the run."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from model.deadlines import SHANGHAI
from model.os_causes import cause
from model.taxonomy import load_taxonomy
from training.commands.scores import scores_table
from training.config import TrainingConfig, config_yaml, load_config
from training.dataset import absent_labels
from training.run import TrainingOutcome, check, steps
from training.run import train as run_training
from training.search import search_settings
from training.tracking.record import keep_run, kept_runs
from training.tracking.send import send_run
from training.tracking.store import RunRefused, TrackingUnavailable, tracking_place

_DEFAULTS = TrainingConfig()
_LINE_SECONDS = 30


def train(
    config: Annotated[
        Path | None, typer.Option(help="训练配置（YAML），其余参数优先于它；见 --show-config")
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="标注数据文件或文件夹，可重复；默认用自带语料")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help=f"模型包写到哪个文件夹，默认 {_DEFAULTS.output}")
    ] = None,
    encoder: Annotated[
        Literal["linear", "transformer", "hybrid"] | None,
        typer.Option(help="怎样读：linear 字词统计，transformer 预训练编码器，hybrid 两者合用"),
    ] = None,
    base_model: Annotated[
        str | None, typer.Option(help="底座模型：e5-small、本地文件夹，或模型库中的名称")
    ] = None,
    fine_tune: Annotated[
        bool, typer.Option("--fine-tune", help="连同编码器上面几层一起微调（CPU 上约一小时）")
    ] = False,
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="没有标注的来信文件：由合用的模型标注，教给 linear；没有帮助就不采用"),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="随机种子，0–4294967295，相同数据与种子得到逐字节相同的模型包"),
    ] = None,
    folds: Annotated[
        int | None, typer.Option(help="交叉验证折数，2–20，默认 5", min=2, max=20)
    ] = None,
    learning_curve: Annotated[
        bool | None, typer.Option("--learning-curve/--no-learning-curve", help="是否画学习曲线")
    ] = None,
    search_minutes: Annotated[
        float | None, typer.Option(help="先用这么多分钟检索较好的参数", min=0.01, max=1440)
    ] = None,
    track: Annotated[bool, typer.Option(help="是否记入 MLflow")] = True,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="只写出生效的配置，可存为 run.yaml 再改")
    ] = False,
) -> None:
    """用标注好的线索重新训练，写出模型包与报告并记入 MLflow；中断后重跑即接续。"""
    given: dict[str, Any] = {
        "data": data or None,
        "output": output,
        "encoder": encoder,
        "unlabelled": unlabelled,
        "transformer": {
            **({"base_model": base_model} if base_model else {}),
            **({"mode": "fine_tuned"} if fine_tune else {}),
        },
        "seed": seed,
        "folds": folds,
        "learning_curve": learning_curve,
        "search": {"minutes": search_minutes} if search_minutes else None,
    }
    settings = load_config(config, {n: value for n, value in given.items() if value is not None})
    if show_config:
        typer.echo(config_yaml(settings), nl=False)
        return
    check(settings)
    console, started = Console(stderr=True), datetime.now(UTC)
    if settings.search is not None:
        settings = search_settings(
            settings, lambda told: console.print(told, highlight=False, soft_wrap=True)
        )
    outcome = _run(settings, console)
    console.print(_report(outcome))
    if absent := absent_labels(outcome.fingerprint, load_taxonomy(settings.taxonomy)):
        console.print(
            f"[yellow]训练数据里一条也没有：{'、'.join(absent)}；"
            "这个模型学不到也不会提出它们，请补上标注后重新训练[/]",
            soft_wrap=True,
        )
    if outcome.scarce:
        console.print(f"[yellow]{outcome.scarce}[/]", soft_wrap=True)
    console.print(f"模型包：{outcome.bundle}（版本 {outcome.version[:16]}）", soft_wrap=True)
    if track:
        _record(settings, outcome, started, console)


def _record(
    config: TrainingConfig, outcome: TrainingOutcome, started: datetime, console: Console
) -> None:
    """Into MLflow, else kept on this machine; the run itself is through either way."""
    try:
        folder = keep_run(config, outcome, started, datetime.now(UTC))
    except OSError as error:
        console.print(f"[yellow]运行记录没有保存：{cause(error)}[/]")
        return
    try:
        with console.status("记入 MLflow"):
            send_run(folder)
    except (RunRefused, TrackingUnavailable) as error:
        console.print(
            f"[yellow]{error.detail}，本次运行与报告暂存在 {folder}，"
            "排除后运行 fenzhen mlflow sync 补记[/]",
            soft_wrap=True,
        )
        return
    console.print(f"已记入 MLflow：{tracking_place()}", soft_wrap=True, highlight=False)
    if waiting := kept_runs():
        console.print(f"另有 {len(waiting)} 次运行待补记，请运行 fenzhen mlflow sync")


def _run(config: TrainingConfig, console: Console) -> TrainingOutcome:
    if not console.is_terminal:
        return run_training(config, lines_now_and_then(console))
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        task = progress.add_task("准备", total=steps(config))
        started = [False]

        def advance(description: str) -> None:
            progress.update(task, description=description, advance=int(started[0]))
            started[0] = True

        outcome = run_training(config, advance)
        progress.update(task, description="完成", completed=steps(config))
    return outcome


def lines_now_and_then(
    console: Console, clock: Callable[[], float] = time.monotonic
) -> Callable[[str], None]:
    """What a log file gets, where a bar cannot be drawn: where the run is, twice a minute."""
    printed = clock()

    def advance(description: str) -> None:
        nonlocal printed
        now = clock()
        if now - printed >= _LINE_SECONDS:
            printed = now
            moment = f"{datetime.now(SHANGHAI):%H:%M:%S}"
            console.print(f"{moment} {description}", highlight=False, soft_wrap=True)

    return advance


def _report(outcome: TrainingOutcome) -> Table:
    found = outcome.metrics["out_of_fold"]
    composed, total = outcome.fingerprint["composed"], outcome.fingerprint["clues"]
    some = f"；其中 {composed} 条是自拟的" if composed else ""
    whose = "；自拟语料上的成绩" if composed == total else some
    return scores_table(found, f"交叉验证（{found['n']} 条，折外{whose}）")
