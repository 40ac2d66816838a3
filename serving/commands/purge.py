"""``fenzhen purge``: erase what has been kept long enough by the rules of ``retention.yaml``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from model.deadlines import SHANGHAI
from model.taxonomy import load_taxonomy
from serving.access.policy import Action, Principal
from serving.acts.purge import due
from serving.acts.purge import purge as erase
from serving.commands.surroundings import surroundings
from serving.retention import load_retention, tell

purge = typer.Typer(add_completion=False, rich_markup_mode=None)
_TOGETHER = 200


@purge.command()
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会清除什么，不清除")] = False,
    rules: Annotated[Path, typer.Option(help="保存期限")] = Path("datasets/retention.yaml"),
    taxonomy: Annotated[Path, typer.Option(help="分诊口径")] = Path("datasets/taxonomy.yaml"),
) -> None:
    """清除到期线索的原文或全部文字；结论与审计保留。"""
    modules = {module.code: module.name for module in load_taxonomy(taxonomy).modules}
    kept = load_retention(rules, tuple(modules))
    now = datetime.now(UTC)
    with surroundings() as around:
        with around.database.read() as connection:
            erasures = list(due(connection, kept, now.astimezone(SHANGHAI).date()))
        for line in tell(erasures, modules):
            typer.echo(line)
        if dry_run:
            return
        actor = Principal(around.actor, frozenset({Action.PURGE}))
        for start in range(0, len(erasures), _TOGETHER):
            with around.database.write() as connection:
                erase(connection, actor, erasures[start : start + _TOGETHER], now=now)
