"""``fenzhen mlflow sync``: runs kept while MLflow was away are handed in."""

from pathlib import Path

import typer

from training.tracking.record import BrokenRun, kept_runs
from training.tracking.send import send_run
from training.tracking.store import RunRefused


def sync() -> None:
    """把 MLflow 不可用时留在本机的运行补记进去；可以反复运行。有没能记入的，退出码为 1。"""
    waiting = kept_runs()
    if not waiting:
        typer.echo("没有待补记的运行")
    broken, refused = [], []
    for number, folder in enumerate(waiting, 1):
        try:
            told = f"已记为 {send_run(folder)}"
        except BrokenRun as error:
            told = f"没有记入：{error.detail}"
            broken.append(folder)
        except RunRefused as error:
            told = f"没有记入：{error.detail}"
            refused.append(folder)
        typer.echo(f"{number}/{len(waiting)} {folder.name} {told}")
    if broken:
        typer.echo(
            f"已损坏：{_names(broken)}。请从备份恢复，或删去后重新训练，再运行 fenzhen mlflow sync"
        )
    if refused:
        typer.echo(
            f"MLflow 不收：{_names(refused)}。请按括号里的错误名在 MLflow 一侧排除后再运行"
            " fenzhen mlflow sync；不要了的可以删去"
        )
    if broken or refused:
        raise typer.Exit(1)


def _names(folders: list[Path]) -> str:
    return "、".join(map(str, folders))
