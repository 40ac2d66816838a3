"""``fenzhen key``: the keys under which full texts are sealed."""

import typer
from sqlalchemy import select, update

from serving.audit_chain import Act
from serving.commands.surroundings import Surroundings, surroundings
from serving.encryption import rotate as sealed_anew
from serving.encryption import sealed_under
from serving.keyring import new_key
from serving.storage.access_tables import users
from serving.storage.audit import record
from serving.storage.tables import clues
from serving.storage.work_tables import webhooks

key = typer.Typer(add_completion=False, rich_markup_mode=None)
_TOGETHER = 500


@key.command()
def new() -> None:
    """生成一个加密密钥。写入密钥文件的第一行（旧密钥留在下面），权限 600。"""
    typer.echo(new_key())


@key.command()
def rotate() -> None:
    """把全部原文改用密钥文件中的第一个密钥加密；可中断，重跑即接续。"""
    with surroundings() as around:
        if around.settings.key:
            typer.echo("密钥取自环境变量 FENZHEN_KEY：请先让服务与工作台带着新旧密钥重新启动")
        moved = _rotate_clues(around) + _rotate_secrets(around)
        with around.database.write() as connection:
            act = Act(around.actor, "key.rotate", f"key:{around.keyring.current}",
                      facts={"moved": moved})  # fmt: skip
            record(connection, act)
    typer.echo(
        f"已改用新密钥加密 {moved} 项；备份也更换之后，再运行一次 fenzhen key rotate，"
        "显示 0 项方可移走旧密钥"
    )


def _rotate_clues(around: Surroundings) -> int:
    keyring, moved = around.keyring, 0
    while True:
        with around.database.write() as connection:
            rows = connection.execute(
                select(clues.c.clue_id, clues.c.sealed)
                .where(clues.c.key_id != keyring.current, clues.c.sealed.is_not(None))
                .order_by(clues.c.clue_id)  # as erasing goes, so that neither waits for the other
                .limit(_TOGETHER)
                .with_for_update()  # what is erased meanwhile must not come back
            ).all()
            for clue_id, sealed in rows:
                fresh = sealed_anew(bytes(sealed), clue_id, keyring)
                connection.execute(
                    update(clues)
                    .where(clues.c.clue_id == clue_id)
                    .values(sealed=fresh, key_id=sealed_under(fresh))
                )
        moved += len(rows)
        if not rows:
            return moved


def _rotate_secrets(around: Surroundings) -> int:
    """The few sealed secrets of people and webhooks, all at once."""
    moved = 0
    columns = (
        (users.c.username, users.c.totp_sealed, "totp"),
        (webhooks.c.webhook_id, webhooks.c.secret_sealed, "webhook"),
    )
    with around.database.write() as connection:
        for name, sealed, kind in columns:
            query = select(name, sealed).where(sealed.is_not(None)).with_for_update()
            rows = connection.execute(query).all()
            for owner, old in rows:
                fresh = sealed_anew(bytes(old), f"{kind}:{owner}", around.keyring)
                if fresh != bytes(old):
                    connection.execute(
                        update(name.table).where(name == owner).values({sealed.name: fresh})
                    )
                    moved += 1
    return moved
