"""``fenzhen dashboard``: the reviewers' pages, in a process beside the service."""

from typing import Annotated, Any

import typer

from model.errors import FenzhenError

dashboard = typer.Typer(add_completion=False, rich_markup_mode=None)


@dashboard.command()
def run_dashboard(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 127.0.0.1（只限本机）")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 8080；0 为任选空闲端口")] = None,
) -> None:
    """启动复核员的工作台（待办、置信度、运行、报表、审计）。"""
    from serving.dashboard.settings import DashboardSettings

    given: dict[str, Any] = {"host": host, "dashboard_port": port}
    settings = DashboardSettings(**{k: v for k, v in given.items() if v is not None})
    start(settings)


def start(settings: Any, hint: str = "") -> None:
    """Bind, say where, serve. Raises FenzhenError in one Chinese sentence."""
    try:
        import nicegui  # noqa: F401
    except ModuleNotFoundError as error:
        raise FenzhenError('缺少工作台的组件，请先运行 pip install "fenzhen[dashboard]"') from error
    from serving.dashboard.opening import open_desk, run
    from serving.listen import bind
    from serving.production import check_settings

    check_settings(settings)
    desk = open_desk(settings)
    listening = bind(settings.host, settings.dashboard_port)
    address, port = listening.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    scheme = "https" if settings.tls_certificate else "http"
    typer.echo(f"复核工作台 {scheme}://{shown}:{port} （按 Ctrl+C 停止）{hint}")
    if not hint and not desk.staff.anyone():
        typer.echo(
            "还没有用户，请运行：fenzhen user add 用户名 --role reviewer --display-name 姓名"
        )
    run(settings, desk, listening)
