"""``fenzhen model``: which model the running service answers with."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import insert, select

from model.deadlines import SHANGHAI
from model.errors import FenzhenError
from serving.audit_chain import Act
from serving.commands.surroundings import Surroundings, surroundings
from serving.models.loading import is_registered, load_model
from serving.storage.audit import record
from serving.storage.work_tables import model_choices

model = typer.Typer(add_completion=False, rich_markup_mode=None)


class NoEarlierModelError(FenzhenError):
    """There is nothing to go back to."""

    code = "no_earlier_model"
    title = "No earlier model"


@model.command()
def use(
    source: Annotated[str, typer.Argument(metavar="模型", help="模型包文件夹或 models:/名称@别名")],
) -> None:
    """让运行中的服务改用这个模型：先在此自检，各进程数秒内换上，不中断。"""
    with surroundings() as around:
        loaded = load_model(source, store=around.settings.files / "models")
        version = loaded.triager.identity.version
        followed = source if is_registered(source) else loaded.kept
        _choose(around, "use", followed, version)
    typer.echo(f"已选用模型 {version}，服务将在数秒内换上；可用 fenzhen model status 查看")


@model.command()
def rollback(
    reason: Annotated[str, typer.Option(help="理由，记入模型历史")] = "",
    here: Annotated[
        bool, typer.Option("--here", help="只退回这个服务，不动登记处；MLflow 连不上时用")
    ] = False,
) -> None:
    """退回上一个选用的模型。"""
    with surroundings() as around:
        m = model_choices.c
        with around.database.read() as connection:
            chosen = connection.execute(
                select(m.source, m.version)
                .where(m.act.in_(("use", "rollback", "loaded")), m.actor != "service:shadow")
                .order_by(m.number.desc())
            ).all()
        # an alias may hold another one by now; a copy is what it was
        earlier = [
            row for row in chosen if row.version != chosen[0].version and Path(row.source).is_dir()
        ]
        if not earlier:
            raise NoEarlierModelError("没有更早选用过的模型可以退回，请用 fenzhen model use 指定")
        source, version = earlier[0]
        found = load_model(source).triager.identity.version
        if found != version:
            raise NoEarlierModelError(
                f"{source} 里如今是模型 {found}，不是 {version}，请用 fenzhen model use 指定"
            )
        _choose(around, "rollback", source, version, reason.strip())
        followed = str(around.settings.model)
    typer.echo(f"已退回模型 {version}，服务将在数秒内换上")
    if here and is_registered(followed):
        typer.echo(f"此后不再跟随登记处；要恢复，请运行 fenzhen model use {followed}")


@model.command()
def status() -> None:
    """显示选用过、启用过和未能启用的模型，新的在前。"""
    with surroundings() as around, around.database.read() as connection:
        found = connection.execute(
            select(model_choices).order_by(model_choices.c.number.desc()).limit(20)
        ).all()
    if not found:
        typer.echo(f"尚无记录；服务启动时使用 {around.settings.model}")
    for row in found:
        when = f"{row.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        what = _ACTS.get(row.act, row.act)
        typer.echo(f"{when}  {what}  {row.version or '-'}  {row.actor}  {row.detail}".rstrip())


_ACTS = {"use": "选用", "rollback": "退回", "loaded": "启用", "refused": "未能启用"}


def _choose(around: Surroundings, act: str, source: str, version: str, detail: str = "") -> None:
    now = datetime.now(UTC)
    with around.database.write() as connection:
        connection.execute(
            insert(model_choices).values(
                at=now, actor=around.actor, act=act, source=source, version=version, detail=detail
            )
        )
        record(connection, Act(around.actor, f"model.{act}", f"model:{version}"), now)
