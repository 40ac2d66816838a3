"""``fenzhen train``: retrain from the command line, with progress, and record the run."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from training.commands.scores import scores_table
from training.config import TrainingConfig
from training.run import TrainingOutcome, steps
from training.run import train as run_training
from training.tracking import log_run

_DEFAULTS = TrainingConfig()


def train(
    data: Annotated[
        list[Path] | None, typer.Option(help="标注数据文件或文件夹，可重复；默认用自带语料")
    ] = None,
    output: Annotated[Path, typer.Option(help="模型包写到哪个文件夹")] = _DEFAULTS.output,
    encoder: Annotated[
        Literal["linear", "transformer", "hybrid"],
        typer.Option(help="怎样读：linear 字词统计，transformer 预训练编码器，hybrid 两者合用"),
    ] = _DEFAULTS.encoder,
    base_model: Annotated[
        str, typer.Option(help="底座模型：e5-small、本地文件夹，或模型库中的名称")
    ] = _DEFAULTS.transformer.base_model,
    fine_tune: Annotated[
        bool, typer.Option("--fine-tune", help="连同编码器上面几层一起微调（CPU 上约一小时）")
    ] = False,
    unlabelled: Annotated[
        Path | None,
        typer.Option(help="没有标注的来信文件：由合用的模型标注，教给 linear；没有帮助就不采用"),
    ] = None,
    seed: Annotated[int, typer.Option(help="随机种子，相同数据与种子得到逐字节相同的模型包")] = (
        _DEFAULTS.seed
    ),
    folds: Annotated[int, typer.Option(help="交叉验证折数，2–20", min=2, max=20)] = _DEFAULTS.folds,
    learning_curve: Annotated[bool, typer.Option(help="是否画学习曲线")] = True,
    track: Annotated[bool, typer.Option(help="是否记入 MLflow")] = True,
) -> None:
    """用标注好的线索重新训练，写出模型包并记入 MLflow。"""
    console = Console(stderr=True)
    config = TrainingConfig(
        data=tuple(data or _DEFAULTS.data),
        output=output,
        encoder=encoder,
        unlabelled=unlabelled,
        transformer=_DEFAULTS.transformer.model_copy(
            update={"base_model": base_model, "mode": "fine_tuned" if fine_tune else "frozen"}
        ),
        seed=seed,
        folds=folds,
        learning_curve=learning_curve,
    )
    outcome = _run(config, console)
    console.print(_report(outcome))
    if track:
        with console.status("记入 MLflow"):
            console.print(f"已记入 MLflow：{log_run(config, outcome)}")
    console.print(f"模型包：{outcome.bundle}（版本 {outcome.version[:16]}）")


def _run(config: TrainingConfig, console: Console) -> TrainingOutcome:
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


def _report(outcome: TrainingOutcome) -> Table:
    found = outcome.metrics["out_of_fold"]
    return scores_table(found, f"交叉验证（{found['n']} 条，折外；自拟语料上的成绩）")
