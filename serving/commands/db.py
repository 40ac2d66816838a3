"""``fenzhen db``: the database's schema."""

import typer

from serving.settings import Settings
from serving.storage.database import Database
from serving.storage.schema import HEAD, revision
from serving.storage.schema import upgrade as run_migrations

db = typer.Typer(add_completion=False, rich_markup_mode=None)


@db.command()
def upgrade() -> None:
    """升级数据库到本程序的版本（先备份）。"""
    database = Database(Settings().database_url)
    run_migrations(database)
    typer.echo(f"数据库已是版本 {HEAD}")


@db.command()
def status() -> None:
    """显示数据库的版本。"""
    database = Database(Settings().database_url)
    with database.read() as connection:
        found = revision(connection) or "（空）"
    typer.echo(f"数据库版本 {found}，本程序版本 {HEAD}")
