"""A misspelt filter is refused: left out of account, it would silently list everything."""

from difflib import get_close_matches

from fastapi import Depends, FastAPI, Request

from serving.api.access import PrincipalDep
from serving.problems import FieldError, RefusedError
from serving.validation import MAX_ERRORS, field_path


def _refuse_unknown(request: Request, principal: PrincipalDep) -> None:
    """Who asks comes first: a stranger hears nothing but that. Raises RefusedError."""
    given = request.query_params.keys()
    if not given:
        return
    known = _described(request)
    errors = [
        FieldError(field=field_path([name]), message=_unknown(name, known))
        for name in given
        if name not in known
    ][:MAX_ERRORS]
    if errors:
        raise RefusedError("invalid_query", f"{errors[0].field}：{errors[0].message}", errors)


def _described(request: Request) -> list[str]:
    """The query parameters that the documentation names."""
    paths = FastAPI.openapi(request.app)["paths"]
    operation = paths[request.scope["route"].path_format][request.method.lower()]
    return [item["name"] for item in operation.get("parameters", ()) if item["in"] == "query"]


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return "这个地址不带查询参数，请删去"
    if guess := get_close_matches(name[:64], known, n=1):
        return f"没有这个查询参数，是否想写 {guess[0]}？"
    return f"没有这个查询参数，可用：{'、'.join(known)}"


ONLY_KNOWN_PARAMETERS = Depends(_refuse_unknown)
"""For every router whose answers depend on the query."""
