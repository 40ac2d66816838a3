"""``fenzhen model``: register, promote, roll back, and what was done so far."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from model.bundle import read_bundle
from model.deadlines import SHANGHAI
from model.triager import Triager
from training.config import TrainingConfig
from training.registry.catalogue import Catalogue
from training.registry.events import Event, read_events
from training.registry.references import Models
from training.registry.switch import promote as promote_version
from training.registry.switch import register as register_bundle
from training.registry.switch import roll_back
from training.tracking.store import TrackingUnavailable

_BUNDLE = TrainingConfig().output
_ACTIONS = {"register": "登记", "promote": "晋级", "rollback": "回退", "failed": "未成"}


def register(
    bundle: Annotated[Path, typer.Argument(metavar="模型包", help="模型包文件夹")] = _BUNDLE,
) -> None:
    """把一个模型包登记为新版本，并列为挑战者；同一个包只登记一次。"""
    found = read_bundle(bundle)
    Triager.load(bundle)
    version, new = register_bundle(Catalogue.open(), found)
    typer.echo(f"{'已登记为' if new else '早已登记为'}{version.title}")
    typer.echo("下一步：fenzhen compare 评判，通过后 fenzhen model promote 晋级")


def promote(
    version: Annotated[str, typer.Argument(metavar="版本", help="版本号或别名")] = "challenger",
    force: Annotated[
        bool, typer.Option("--force", help="没有通过评判也晋级，须写理由，记入审计")
    ] = False,
    reason: Annotated[str, typer.Option(help="理由，记入审计")] = "",
) -> None:
    """让一个版本服役；须已通过 fenzhen compare。原来的留作 previous。"""
    models = Models()
    found = models.version(version)
    event = promote_version(models.catalogue, found, force=force, reason=reason)
    forced = "（强制，未通过评判）" if event.forced else ""
    typer.echo(f"{found.title}现在服役{forced}，设为 models:/fenzhen@champion 的服务会自行换上")


def rollback(
    reason: Annotated[str, typer.Option(help="理由，记入审计")] = "",
) -> None:
    """退回上一个模型。"""
    try:
        _, version = roll_back(Catalogue.open(), reason)
    except TrackingUnavailable as error:
        raise TrackingUnavailable(
            f"{error.detail}；急着退回时，请在服务所在的机器上运行 fenzhen model rollback --here"
        ) from error
    typer.echo(f"已退回{version.title}，设为 models:/fenzhen@champion 的服务会自行换上")


def history(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")] = False,
) -> None:
    """列出各版本与每一次登记、晋级、回退：谁、何时、为何。"""
    catalogue = Catalogue.open()
    events = read_events(catalogue)
    if as_json:
        typer.echo(json.dumps([asdict(event) for event in events], ensure_ascii=False, indent=2))
        return
    if not events:
        typer.echo("登记处还没有模型，请先运行 fenzhen model register")
        return
    Console().print(_table(events, _aliases(catalogue)))


def _aliases(catalogue: Catalogue) -> Callable[[str], str]:
    by_number: dict[str, list[str]] = {}
    for alias in ("champion", "challenger", "previous"):
        found = catalogue.by_alias(alias)
        if found is not None:
            by_number.setdefault(found.number, []).append(alias)
    return lambda number: "、".join(by_number.get(number, []))


def _table(events: list[Event], aliases: Callable[[str], str]) -> Table:
    table = Table(title="模型历史")
    for column in ("时间", "动作", "版本", "如今", "操作人", "理由"):
        table.add_column(column, overflow="fold")  # the default would cut what does not fit
    for event in events:
        when = datetime.fromisoformat(event.at).astimezone(SHANGHAI)
        table.add_row(
            f"{when:%Y-%m-%d %H:%M:%S}",
            _ACTIONS[event.action] + ("（强制）" if event.forced else ""),
            f"{event.version}（{event.bundle_version[:8]}）",
            aliases(event.version),
            event.actor,
            event.reason,
        )
    return table
