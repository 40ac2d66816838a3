"""``fenzhen clue``: which clues a purge is to leave alone."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import select

from serving.access.policy import Action, Principal
from serving.acts.hold import hold as put_on_hold
from serving.acts.hold import release as take_off
from serving.acts.reasons import HOLD_REASONS, RELEASE_REASONS
from serving.commands.surroundings import surroundings
from serving.storage.tables import clues

clue = typer.Typer(add_completion=False, rich_markup_mode=None)
ClueId = Annotated[str, typer.Argument(metavar="编号", help="线索编号 clue_id")]


def _told(reasons: Mapping[str, str]) -> str:
    return "、".join(f"{code}（{name}）" for code, name in reasons.items())


@clue.command()
def hold(
    clue_id: ClueId,
    reason: Annotated[str, typer.Option(help=f"事由：{_told(HOLD_REASONS)}")],
) -> None:
    """标记保留：到期也不清除，直到解除。"""
    changed = _done(put_on_hold, clue_id, reason)
    typer.echo(f"{clue_id} 已标记保留" if changed else f"{clue_id} 原已标记保留")


@clue.command()
def release(
    clue_id: ClueId,
    reason: Annotated[str, typer.Option(help=f"事由：{_told(RELEASE_REASONS)}")],
) -> None:
    """解除保留：到期即可清除。"""
    changed = _done(take_off, clue_id, reason)
    typer.echo(f"{clue_id} 已解除保留" if changed else f"{clue_id} 没有标记保留")


@clue.command()
def held() -> None:
    """列出标记保留的线索编号。"""
    with surroundings() as around, around.database.read() as connection:
        query = select(clues.c.clue_id).where(clues.c.on_hold.is_(True))
        for clue_id in connection.execute(query.order_by(clues.c.clue_id)).scalars():
            typer.echo(clue_id)


def _done(mark: Callable[..., bool], clue_id: str, reason: str) -> bool:
    with surroundings() as around, around.database.write() as connection:
        actor = Principal(around.actor, frozenset({Action.PURGE}))
        return mark(connection, actor, clue_id, reason, now=datetime.now(UTC))
