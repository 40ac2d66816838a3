"""``fenzhen webhook``: where the intake system is told of decisions."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import func, insert, select, update
from uuid_utils import uuid7

from serving.access.secret_tokens import new_secret
from serving.audit_chain import Act
from serving.commands.surroundings import surroundings
from serving.storage.audit import record
from serving.storage.work_tables import deliveries, webhooks
from serving.webhooks.destination import check_url

webhook = typer.Typer(add_completion=False, rich_markup_mode=None)


@webhook.command()
def add(
    url: Annotated[str, typer.Argument(metavar="地址", help="接收通知的 http(s) 地址")],
) -> None:
    """登记一个接收地址（主机须在 FENZHEN_WEBHOOK_HOSTS 中）；签名密钥只显示这一次。"""
    with surroundings() as around, around.database.write() as connection:
        check_url(url, around.settings)
        name, secret, now = str(uuid7()), new_secret(), datetime.now(UTC)
        connection.execute(
            insert(webhooks).values(
                webhook_id=name, url=url, secret_sealed=around.seal(secret, f"webhook:{name}"),
                created_at=now, created_by=around.actor,
            )
        )  # fmt: skip
        record(connection, Act(around.actor, "webhook.add", f"webhook:{name}"), now)
    typer.echo(secret)
    typer.echo(f"以上签名密钥只显示这一次；编号 {name}", err=True)


@webhook.command(name="list")
def show() -> None:
    """列出接收地址与各状态的通知件数。"""
    with surroundings() as around, around.database.read() as connection:
        for hook in connection.execute(select(webhooks).order_by(webhooks.c.created_at)):
            counts = connection.execute(
                select(deliveries.c.state, func.count())
                .where(deliveries.c.webhook_id == hook.webhook_id)
                .group_by(deliveries.c.state)
            ).all()
            told = "、".join(f"{_STATES.get(state, state)} {number}" for state, number in counts)
            state = "已停用" if hook.disabled_at else "启用"
            typer.echo(f"{hook.webhook_id}  {state}  {hook.url}  {told}".rstrip())


_STATES = {"pending": "待送", "sent": "已送达", "dead": "送不到", "cancelled": "已撤销"}
Hook = Annotated[str, typer.Argument(metavar="编号")]


@webhook.command()
def disable(webhook_id: Hook) -> None:
    """停用一个接收地址；还没送出的通知不再送。"""
    with surroundings() as around, around.database.write() as connection:
        now = datetime.now(UTC)
        mine = webhooks.c.webhook_id == webhook_id
        if not connection.execute(update(webhooks).where(mine).values(disabled_at=now)).rowcount:
            typer.echo(f"没有接收地址 {webhook_id}，请用 fenzhen webhook list 核对。", err=True)
            raise typer.Exit(1)
        connection.execute(
            update(deliveries)
            .where(deliveries.c.webhook_id == webhook_id, deliveries.c.state == "pending")
            .values(state="cancelled")
        )
        record(connection, Act(around.actor, "webhook.disable", f"webhook:{webhook_id}"), now)
    typer.echo("已停用")


@webhook.command()
def retry() -> None:
    """把送不到的通知重新排队；已停用的地址除外。"""
    with surroundings() as around, around.database.write() as connection:
        now = datetime.now(UTC)
        in_use = select(webhooks.c.webhook_id).where(webhooks.c.disabled_at.is_(None))
        again = connection.execute(
            update(deliveries)
            .where(deliveries.c.state == "dead", deliveries.c.webhook_id.in_(in_use))
            .values(state="pending", attempts=0, due_at=now)
        )
        facts = {"count": again.rowcount}
        record(connection, Act(around.actor, "webhook.retry", "webhook:all", facts=facts), now)
    typer.echo(f"{again.rowcount} 件通知已重新排队")
