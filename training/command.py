"""``fenzhen train``: retrain from the command line, with progress, and record the run."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from model.errors import FenzhenError
from training.config import TrainingConfig
from training.run import TrainingOutcome, steps
from training.run import train as run_training
from training.tracking import log_run

_NAMES = {"module": "模块", "urgency": "紧急程度", "function": "承办职能"}
_DEFAULTS = TrainingConfig(data=(Path("datasets/clues"),))


def train(
    data: Annotated[
        list[Path] | None, typer.Option(help="标注数据文件或文件夹，可重复；默认用自带语料")
    ] = None,
    output: Annotated[Path, typer.Option(help="模型包写到哪个文件夹")] = _DEFAULTS.output,
    seed: Annotated[int, typer.Option(help="随机种子，相同数据与种子得到逐字节相同的模型包")] = (
        _DEFAULTS.seed
    ),
    folds: Annotated[int, typer.Option(help="交叉验证折数")] = _DEFAULTS.folds,
    learning_curve: Annotated[bool, typer.Option(help="是否画学习曲线")] = True,
    track: Annotated[bool, typer.Option(help="是否记入 MLflow")] = True,
) -> None:
    """用标注好的线索重新训练，写出模型包并记入 MLflow。"""
    console = Console(stderr=True)
    try:
        config = TrainingConfig(
            data=tuple(data or _DEFAULTS.data),
            output=output,
            seed=seed,
            folds=folds,
            learning_curve=learning_curve,
        )
        outcome = _run(config, console)
        console.print(_report(outcome))
        if track:
            with console.status("记入 MLflow"):
                console.print(f"已记入 MLflow：{log_run(config, outcome)}")
    except ValidationError as error:
        names = "、".join(".".join(map(str, item["loc"])) for item in error.errors())
        console.print(f"参数 {names} 超出允许范围，请用 fenzhen train --help 查看。", style="red")
        raise typer.Exit(2) from error
    except FenzhenError as error:
        console.print(error.detail, style="red", markup=False)
        raise typer.Exit(2) from error
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
    table = Table(title=f"交叉验证（{found['n']} 条，折外；自拟语料上的成绩）")
    for column in (
        "",
        "准确率",
        "宏 F1",
        "ECE",
        "覆盖",
        "集大小",
        "放行率",
        "放行准",
    ):
        table.add_column(column, justify="right" if column else "left")
    for head, name in _NAMES.items():
        scores = found[head]
        passed = scores["gate_accuracy"]
        table.add_row(
            name,
            f"{scores['accuracy']:.3f}",
            f"{scores['macro_f1']:.3f}",
            f"{scores['ece']:.3f}",
            f"{scores['conformal_coverage']:.3f}",
            f"{scores['conformal_size']:.2f}",
            f"{scores['gate_coverage']:.3f}",
            "无" if passed is None else f"{passed:.3f}",
        )
    alarm = found["critical_alarm"]
    table.caption = (
        f"特急警报：召回 {alarm['recall']:.3f}，精确 {alarm['precision']:.3f}，"
        f"占全部 {alarm['share']:.1%}（特急 {alarm['n']} 条）"
    )
    return table
