"""``fenzhen apikey``: keys of the systems that call the service."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from sqlalchemy import Connection

from model.deadlines import SHANGHAI
from model.errors import FenzhenError
from serving.access.api_keys import ApiKey, issue
from serving.access.api_keys import revoke as revoked
from serving.access.api_keys import rotate as rotated
from serving.access.policy import Scope
from serving.audit_chain import Act
from serving.commands.surroundings import surroundings
from serving.storage.audit import record
from serving.storage.key_store import add_key, all_keys, change_key, find_key

apikey = typer.Typer(add_completion=False, rich_markup_mode=None)
Days = Annotated[int, typer.Option(min=1, max=3650, help="有效天数")]
Prefix = Annotated[str, typer.Argument(metavar="前缀", help="密钥的前缀，如 fz_0a1b2c3d")]


class UnknownKeyError(FenzhenError):
    """No API key has that prefix."""

    code = "unknown_key"
    title = "Unknown API key"


@apikey.command()
def add(
    name: Annotated[str, typer.Argument(metavar="名称", help="用于哪个系统")],
    scope: Annotated[list[Scope], typer.Option(help="权限，可写多次")],
    days: Days = 365,
) -> None:
    """发一把接口密钥；密钥只显示这一次。"""
    with surroundings() as around, around.database.write() as connection:
        now = datetime.now(UTC)
        key, token = issue(name, tuple(scope), around.actor, now, timedelta(days=days))
        add_key(connection, key)
        record(connection, Act(around.actor, "apikey.add", f"key:{key.prefix}"), now)
    _show(token, key)


@apikey.command()
def rotate(
    prefix: Prefix,
    days: Days = 365,
    overlap_hours: Annotated[int, typer.Option(min=0, help="旧密钥还能用几小时")] = 24,
) -> None:
    """换一把同样权限的新密钥，旧的过一段时间失效。"""
    with surroundings() as around, around.database.write() as connection:
        now, old = datetime.now(UTC), _known(connection, prefix)
        old, key, token = rotated(
            old, around.actor, now, timedelta(days=days), timedelta(hours=overlap_hours)
        )
        change_key(connection, old)
        add_key(connection, key)
        record(connection, Act(around.actor, "apikey.rotate", f"key:{prefix}"), now)
    _show(token, key)


@apikey.command()
def revoke(prefix: Prefix) -> None:
    """立即停用一把密钥（数秒内对所有进程生效）。"""
    with surroundings() as around, around.database.write() as connection:
        now = datetime.now(UTC)
        change_key(connection, revoked(_known(connection, prefix), now))
        record(connection, Act(around.actor, "apikey.revoke", f"key:{prefix}"), now)
    typer.echo(f"{prefix} 已停用")


@apikey.command(name="list")
def show() -> None:
    """列出全部密钥（不含密钥本身）。"""
    now = datetime.now(UTC)
    with surroundings() as around, around.database.read() as connection:
        for key in all_keys(connection):
            state = "有效" if key.is_valid(now) else "已失效"
            typer.echo(
                f"{key.prefix}  {state}  {key.name}  {'、'.join(key.scopes)}  至 {_end(key)}"
            )


def _known(connection: Connection, prefix: str) -> ApiKey:
    key = find_key(connection, prefix)
    if key is None:
        raise UnknownKeyError(f"没有前缀为 {prefix} 的密钥，请用 fenzhen apikey list 核对")
    return key


def _show(token: str, key: ApiKey) -> None:
    typer.echo(token)
    typer.echo(f"以上密钥只显示这一次，请存入接入系统的密码库；有效至 {_end(key)}", err=True)


def _end(key: ApiKey) -> str:
    return f"{key.expires_at.astimezone(SHANGHAI):%Y-%m-%d}" if key.expires_at else "不限"
