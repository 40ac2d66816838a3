"""A stored moment as a day or month of Asia/Shanghai, on either database."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class local_day(FunctionElement[str]):  # noqa: N801 – reads as the SQL function that it stands for
    """``2026-11-29``."""

    name = "local_day"
    inherit_cache = True
    type = String()


class local_month(FunctionElement[str]):  # noqa: N801
    """``2026-11``."""

    name = "local_month"
    inherit_cache = True
    type = String()


# China has had no summer time since 1991, and no clue is older.
@compiles(local_day, "sqlite")
def _day_sqlite(element: Any, compiler: Any, **extra: Any) -> str:
    return f"strftime('%Y-%m-%d', {compiler.process(element.clauses, **extra)}, '+8 hours')"


@compiles(local_month, "sqlite")
def _month_sqlite(element: Any, compiler: Any, **extra: Any) -> str:
    return f"strftime('%Y-%m', {compiler.process(element.clauses, **extra)}, '+8 hours')"


@compiles(local_day, "postgresql")
def _day_postgresql(element: Any, compiler: Any, **extra: Any) -> str:
    moment = compiler.process(element.clauses, **extra)
    return f"to_char({moment} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"


@compiles(local_month, "postgresql")
def _month_postgresql(element: Any, compiler: Any, **extra: Any) -> str:
    moment = compiler.process(element.clauses, **extra)
    return f"to_char({moment} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
