"""``fenzhen demo``: every page alive, on composed clues in a database of their own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

FOLDER = Path("var/demo")


demo = typer.Typer(add_completion=False, rich_markup_mode=None)


@demo.command()
def run_demo(
    port: Annotated[int | None, typer.Option(help="端口，默认 8080；0 为任选空闲端口")] = None,
    clues: Annotated[int, typer.Option(min=50, max=200_000, help="线索件数")] = 1500,
    fresh: Annotated[bool, typer.Option("--fresh", help="删去原有演示数据，重新生成")] = False,
    fill_only: Annotated[bool, typer.Option("--fill-only", help="只生成数据，不启动")] = False,
) -> None:
    """生成演示数据（人工拟写的线索、模拟的复核）并启动工作台；与真实数据库无关。"""
    from serving.commands.dashboard import start
    from serving.dashboard.settings import DashboardSettings
    from serving.demonstration.accounts import PASSWORD, accounts
    from serving.demonstration.making import ensure

    given: dict[str, Any] = {"host": "127.0.0.1", "dashboard_port": port}
    settings = DashboardSettings(
        **{k: v for k, v in given.items() if v is not None},
        database_url=f"sqlite:///{FOLDER / 'demonstration.db'}",
        files=FOLDER / "files", key=None, key_file=None, mode="development", second_factor=False,
    )  # fmt: skip
    ensure(settings, clues, fresh=fresh, now=datetime.now(UTC), tell=typer.echo)
    if not fill_only:
        names = "、".join(account.username for account in accounts())
        start(settings, f"\n演示账号：{names}；密码都是 {PASSWORD}")
