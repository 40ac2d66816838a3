"""``fenzhen user``: the people who use the dashboard."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from model.errors import FenzhenError
from serving.access.login import User
from serving.access.passwords import check_password, hash_password
from serving.access.policy import Role
from serving.audit_chain import Act
from serving.commands.surroundings import Surroundings, surroundings
from serving.storage.audit import record
from serving.storage.user_store import (
    add_user,
    all_users,
    change_user,
    end_sessions_of,
    find_user,
    lock_user,
)

user = typer.Typer(add_completion=False, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(metavar="用户名", help="登录名")]
Protected = Annotated[
    bool, typer.Option("--handles-protected", help="承办未成年人、举报人线索，可看其姓名")
]


class UserError(FenzhenError):
    """A user that is not there, or is there already."""

    code = "invalid_user"
    title = "Invalid user"


@user.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="角色")],
    display_name: Annotated[str, typer.Option(help="显示的姓名")],
    handles_protected: Protected = False,
) -> None:
    """添加用户；初始密码当场输入，首次登录须更改。"""
    with surroundings() as around:
        person = User(name, display_name, role, _asked_password(name), handles_protected, True)
        with around.database.write() as connection:
            if find_user(connection, name, around.unseal) is not None:
                raise UserError(f"已有用户 {name}，请换一个用户名")
            add_user(connection, person, around.seal, datetime.now(UTC))
            record(connection, Act(around.actor, "user.add", f"user:{name}", facts={"role": role}))
    typer.echo(f"已添加用户 {name}")


@user.command()
def password(name: Name) -> None:
    """重设密码并解除锁定；已有的登录随即失效。"""
    with surroundings() as around:
        fresh = _asked_password(name)
        with around.database.write() as connection:
            person = _known(connection, name, around)
            changed = replace(
                person, password_hash=fresh, must_change_password=True, failed_attempts=0,
                locked_until=None,
            )  # fmt: skip
            _store(connection, changed, around, "user.password")
    typer.echo(f"已重设 {name} 的密码")


@user.command()
def role(
    name: Name,
    role: Annotated[Role, typer.Argument(metavar="角色")],
    handles_protected: Protected = False,
) -> None:
    """更改角色；已有的登录随即失效。"""
    with surroundings() as around, around.database.write() as connection:
        person = _known(connection, name, around)
        changed = replace(person, role=role, handles_protected=handles_protected)
        _store(connection, changed, around, "user.role")
    typer.echo(f"{name} 现在是 {role.value}")


@user.command()
def disable(name: Name) -> None:
    """停用用户；已有的登录随即失效。"""
    with surroundings() as around, around.database.write() as connection:
        person = _known(connection, name, around)
        _store(connection, replace(person, disabled_at=datetime.now(UTC)), around, "user.disable")
    typer.echo(f"已停用 {name}")


@user.command(name="list")
def show() -> None:
    """列出全部用户。"""
    with surroundings() as around, around.database.read() as connection:
        for person in all_users(connection):
            state = "已停用" if person.disabled_at else "可用"
            typer.echo(f"{person.username}  {person.display_name}  {person.role.value}  {state}")


def _asked_password(name: str) -> str:
    given: str = typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
    check_password(given, name)
    return hash_password(given)


def _known(connection: Connection, name: str, around: Surroundings) -> User:
    person = lock_user(connection, name, around.unseal)
    if person is None:
        raise UserError(f"没有用户 {name}，请用 fenzhen user list 核对")
    return person


def _store(connection: Connection, person: User, around: Surroundings, action: str) -> None:
    change_user(connection, person, around.seal)
    end_sessions_of(connection, person.username)
    facts = {"role": person.role.value}
    record(connection, Act(around.actor, action, f"user:{person.username}", facts=facts))
