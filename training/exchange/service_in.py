"""What the running service gives to analysts: its two views, by database or over HTTP."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from model.errors import FenzhenError

View = Literal["labelled_clues", "answers"]
_ORDER = {"labelled_clues": "labelled_at, clue_id", "answers": "answered_at, clue_id, role"}
_PATHS = {"labelled_clues": "labelled-clues", "answers": "answers"}
KEY_VARIABLE = "FENZHEN_API_KEY"
_TIMEOUT = 60.0


class ServiceUnavailable(FenzhenError):
    """The service's data cannot be read: wrong address, no permission, no such view."""

    code = "service_unavailable"
    title = "Service unavailable"


def service_rows(address: str, view: View) -> Iterator[dict[str, object]]:
    """Rows of a view in order of time, without empty values.

    ``address`` is ``sqlite:///…``, ``postgresql://…`` or ``http(s)://…``; over HTTP the key is read
    from the environment. Raises ServiceUnavailable.
    """
    scheme = address.partition(":")[0].lower()
    if scheme in ("http", "https"):
        rows = _over_http(address, view)
    elif scheme.partition("+")[0] in ("sqlite", "postgresql", "postgres"):
        rows = _from_database(address, view)
    else:
        raise ServiceUnavailable(
            f"不认识的服务地址“{scheme}”，请用 sqlite:///…、postgresql://… 或 http(s)://…"
        )
    return ({key: value for key, value in row.items() if value not in (None, "")} for row in rows)


def _from_database(address: str, view: View) -> Iterator[Mapping[str, object]]:
    from pathlib import Path

    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, DBAPIError

    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ServiceUnavailable(
            "数据库地址写法不对，请写作 sqlite:///文件 或 postgresql://…"
        ) from error
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        raise ServiceUnavailable(f"找不到数据库文件 {url.database}，请检查路径")
    engine = create_engine(url)
    query = text(f"SELECT * FROM {view} ORDER BY {_ORDER[view]}")  # noqa: S608 – both are constants
    shown = url.render_as_string(hide_password=True)
    try:
        with engine.connect().execution_options(yield_per=1000) as connection:
            for row in connection.execute(query).mappings():
                yield dict(row)
    except DBAPIError as error:
        advice = f"读不到 {shown} 的 {view}，请检查地址、权限，以及数据库是否已升级到本版本"
        raise ServiceUnavailable(advice) from error
    finally:
        engine.dispose()


def _over_http(address: str, view: View) -> Iterator[Mapping[str, object]]:
    import httpx2
    import pydantic_core

    key = os.environ.get(KEY_VARIABLE)
    if not key:
        raise ServiceUnavailable(f"请在环境变量 {KEY_VARIABLE} 中给出有 export 权限的 API 密钥")
    url = f"{address.rstrip('/')}/v1/{_PATHS[view]}"
    headers = {"Authorization": f"Bearer {key}"}
    try:
        with httpx2.stream("GET", url, headers=headers, timeout=_TIMEOUT) as answer:
            if answer.status_code != 200:
                raise ServiceUnavailable(_refusal(url, answer.status_code))
            for line in answer.iter_lines():
                if line.strip():
                    row: Any = pydantic_core.from_json(line)
                    yield row
    except httpx2.HTTPError as error:
        raise ServiceUnavailable(f"连不上 {url}，请检查地址和服务是否在运行") from error
    except ValueError as error:
        raise ServiceUnavailable(f"{url} 的回答不是 JSON 行，请检查地址") from error


def _refusal(url: str, status: int) -> str:
    advice = {
        401: f"密钥无效或已过期，请检查 {KEY_VARIABLE}",
        403: "这个密钥没有 export 权限，请向管理员申请",
        404: "没有这个地址，请检查服务版本",
    }.get(status, f"状态 {status}，请稍后再试或联系管理员")
    return f"{url} 拒绝了请求：{advice}"
