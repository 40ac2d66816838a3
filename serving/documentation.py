"""What OpenAPI shows beyond the types: request bodies, problems, and real examples."""

from functools import partial
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from model.clue import Clue
from serving.examples import FOUNDING_CLUE
from serving.models.holder import Holder
from serving.problems import KINDS, MEDIA_TYPE, problem

_JSON = "application/json"
_PROBLEM = "#/components/schemas/Problem"
"""Stands among the components because a batch may hold problems."""

_REASONS = {
    400: "不是有效的 UTF-8 JSON",
    401: "没有写明接口密钥，或密钥无效",
    403: "没有这项权限",
    404: "没有这件线索",
    408: "正文迟迟没有收完",
    409: "编号已用于别的内容，或正由他人处理",
    410: "原文已按保存期限清除",
    412: "读到的版本已经过时，请重新读取",
    413: "正文过大或一批过多",
    415: "不是 application/json",
    422: "内容不符合约定，errors 中逐个字段说明",
    428: "缺少 If-Match",
    429: "请求过于频繁，请按 Retry-After 重试",
    503: "模型或数据库暂不可用，或等候的线索过多；请按 Retry-After 重试",
}


def clue_body() -> dict[str, Any]:
    """The request body of one clue; the route reads it itself, so OpenAPI must be told."""
    return _request_body(Clue.model_json_schema(), FOUNDING_CLUE)


def batch_body(limit: int) -> dict[str, Any]:
    """The request body of a batch of at most ``limit`` clues."""
    clues = {"type": "array", "items": Clue.model_json_schema(), "maxItems": limit}
    schema = {
        "type": "object",
        "properties": {"clues": clues},
        "required": ["clues"],
        "additionalProperties": False,
    }
    return _request_body(schema, {"clues": [FOUNDING_CLUE]})


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of a route that reads it itself."""
    schema = model.model_json_schema()
    inlined: dict[str, Any] = _inlined(schema, schema.pop("$defs", {}))
    return _request_body(inlined)


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """References point to the schema's own root, which is another inside OpenAPI."""
    if isinstance(part, list):
        return [_inlined(each, definitions) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(each, definitions) for name, each in part.items()}


def _request_body(schema: dict[str, Any], example: object = None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema}
    if example is not None:
        content["example"] = example
    return {"requestBody": {"required": True, "content": {_JSON: content}}}


def problem_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route, each with the first code of that status as an example."""
    return {status: _problem_answer(status) for status in statuses}


def _problem_answer(status: int) -> dict[str, Any]:
    code = next(code for code, kind in KINDS.items() if kind.status == status)
    example = problem(code, _REASONS[status]).model_dump(mode="json")
    content = {MEDIA_TYPE: {"schema": {"$ref": _PROBLEM}, "example": example}}
    return {"description": _REASONS[status], "content": content}


def show_live_example(app: FastAPI, model: Holder) -> None:
    """Make OpenAPI show the loaded model's own answer to the founding clue, so it stays true."""
    app.openapi = partial(_openapi, app, model)  # type: ignore[method-assign]


def _openapi(app: FastAPI, model: Holder) -> dict[str, Any]:
    schema = FastAPI.openapi(app)
    if model.example is not None:
        triage = model.example.model_dump(mode="json")
        batch = {"results": [{"index": 0, "triage": triage}]}
        for prefix in ("", "/v1"):
            _answer(schema, f"{prefix}/classify")["example"] = triage
            _answer(schema, f"{prefix}/classify/batch")["example"] = batch
    return schema


def _answer(schema: dict[str, Any], path: str) -> dict[str, Any]:
    content: dict[str, Any] = schema["paths"][path]["post"]["responses"]["200"]["content"][_JSON]
    return content
