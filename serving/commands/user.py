"""``fenzhen user``: who may come in. One-time passwords are shown once and must be changed."""

import getpass
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from model.errors import FenzhenError

if TYPE_CHECKING:
    from serving.staff import Staff

app = typer.Typer(help="管理能登录工作台的用户。", rich_markup_mode=None)

Username = Annotated[str, typer.Argument(metavar="用户名", help="字母、数字、点、横线，至多 64 个")]
RoleName = Annotated[
    str, typer.Option(help="intake 受理、reviewer 复核、analyst 分析、auditor 审计、admin 管理")
]


@app.command()
def add(
    username: Username,
    role: RoleName,
    name: Annotated[str | None, typer.Option(help="显示的姓名，默认同用户名")] = None,
    protected: Annotated[
        bool, typer.Option("--protected", help="可查看未成年人与举报人姓名")
    ] = False,
) -> None:
    """新增用户，给出一次性密码。"""
    from serving.access.login import User
    from serving.access.passwords import hash_password
    from serving.access.policy import Role

    if role not in {r.value for r in Role}:
        raise FenzhenError(f"没有“{role}”这个角色，可用：{'、'.join(r.value for r in Role)}")
    password = _one_time_password()
    user = User(
        username, name or username, Role(role), hash_password(password), protected,
        must_change_password=True,
    )  # fmt: skip
    _staff().add(user, _by(), datetime.now(UTC))
    _tell(username, password)


@app.command("list")
def list_() -> None:
    """列出用户，不含密码。"""
    now = datetime.now(UTC)
    for user in _staff().everyone():
        marks = [
            "停用" if user.disabled_at else "",
            "锁定中" if user.locked_until and user.locked_until > now else "",
            "两步验证" if user.totp_secret else "",
            "可看受保护姓名" if user.handles_protected else "",
        ]
        typer.echo("\t".join((user.username, user.role.value, user.display_name,
                              "、".join(filter(None, marks)))))  # fmt: skip


@app.command()
def reset(username: Username) -> None:
    """给出新的一次性密码，解除锁定与两步验证，并使其已有登录失效。"""
    from serving.access.passwords import hash_password

    password = _one_time_password()
    hashed = hash_password(password)
    _staff().administer(
        username, "user.reset", _by(), datetime.now(UTC),
        lambda user: replace(user, password_hash=hashed, must_change_password=True,
                             failed_attempts=0, locked_until=None, totp_secret=None,
                             totp_last_step=None),
    )  # fmt: skip
    _tell(username, password)


@app.command()
def disable(username: Username) -> None:
    """停用：立即失去登录；记录保留。"""
    now = datetime.now(UTC)
    _staff().administer(
        username, "user.disable", _by(), now, lambda user: replace(user, disabled_at=now)
    )
    typer.echo(f"{username} 已停用")


@app.command()
def enable(username: Username) -> None:
    """重新启用。"""
    _staff().administer(
        username, "user.enable", _by(), datetime.now(UTC),
        lambda user: replace(user, disabled_at=None, locked_until=None),
    )  # fmt: skip
    typer.echo(f"{username} 已启用")


def _staff() -> "Staff":
    from serving.dashboard.opening import open_staff
    from serving.dashboard.settings import DashboardSettings

    return open_staff(DashboardSettings())


def _one_time_password() -> str:
    from serving.access.secret_tokens import new_secret

    return new_secret()[:20]


def _tell(username: str, password: str) -> None:
    typer.echo(f"{username} 的一次性密码（只显示这一次，首次登录须修改）：{password}")


def _by() -> str:
    """Who sits at the command line, for the audit."""
    return f"cli:{getpass.getuser()}"
