"""``fenzhen mlflow sync``: runs kept while MLflow was away are handed in."""

import typer

from training.tracking.record import BrokenRun, kept_runs
from training.tracking.send import send_run


def sync() -> None:
    """把 MLflow 不可用时留在本机的运行补记进去；可以反复运行。有损坏的运行时退出码为 1。"""
    waiting = kept_runs()
    if not waiting:
        typer.echo("没有待补记的运行")
    broken = []
    for number, folder in enumerate(waiting, 1):
        try:
            told = f"已记为 {send_run(folder)}"
        except BrokenRun as error:
            told = f"没有记入：{error.detail}"
            broken.append(folder)
        typer.echo(f"{number}/{len(waiting)} {folder.name} {told}")
    if broken:
        names = "、".join(map(str, broken))
        typer.echo(f"已损坏：{names}。请从备份恢复，或删去后重新训练，再运行 fenzhen mlflow sync")
        raise typer.Exit(1)
