"""``fenzhen audit``: whether the audit chain is whole."""

import typer

from serving.commands.surroundings import surroundings
from serving.storage.audit import verify as verify_chain

audit = typer.Typer(add_completion=False, rich_markup_mode=None)


@audit.callback()
def _group() -> None:
    """审计记录。"""


@audit.command()
def verify() -> None:
    """逐条校验审计链；显示的末条散列请另行留存，下次比对。"""
    with surroundings() as around, around.database.read() as connection:
        verdict = verify_chain(connection)
    if verdict.broken_at is not None:
        typer.echo(
            f"审计链在第 {verdict.broken_at} 条处断裂，记录被改动或删除，请立即上报", err=True
        )
        raise typer.Exit(1)
    typer.echo(f"审计链完整，共 {verdict.rows} 条，末条散列 {verdict.head}")
