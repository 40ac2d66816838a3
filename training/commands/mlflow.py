"""``fenzhen mlflow sync``: runs kept while MLflow was away are handed in."""

import typer

from training.tracking.record import kept_runs
from training.tracking.send import send_run


def sync() -> None:
    """把 MLflow 不可用时留在本机的运行补记进去；可以反复运行。"""
    waiting = kept_runs()
    if not waiting:
        typer.echo("没有待补记的运行")
    for number, folder in enumerate(waiting, 1):
        typer.echo(f"{number}/{len(waiting)} {folder.name} 已记为 {send_run(folder)}")
