"""Streams of JSON Lines for analysts."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from serving.access.policy import Principal
from serving.api.access import PrincipalDep, ServiceDep
from serving.api.known_parameters import ONLY_KNOWN_PARAMETERS
from serving.audit_chain import Act
from serving.documentation import problem_answers
from serving.queries.exports import View, export
from serving.service import Service
from serving.storage.audit import record

_JSONL = "application/x-ndjson"
_ANSWERS = {200: {"content": {_JSONL: {}}}, **problem_answers(401, 403, 422, 429, 503)}


def router() -> APIRouter:
    routes = APIRouter(prefix="/v1", dependencies=[ONLY_KNOWN_PARAMETERS])
    routes.add_api_route(
        "/labelled-clues",
        _labelled,
        methods=["GET"],
        summary="有人决定过的线索（JSONL，已脱敏）",
        response_class=StreamingResponse,
        responses=_ANSWERS,
    )
    routes.add_api_route(
        "/answers",
        _answers,
        methods=["GET"],
        summary="模型的全部答复（JSONL，已脱敏）",
        response_class=StreamingResponse,
        responses=_ANSWERS,
    )
    return routes  # fmt: skip


def _labelled(service: ServiceDep, principal: PrincipalDep) -> StreamingResponse:
    """每行一件最终由人确认或更正的线索，列名同标注文件；记入审计。"""
    return _stream(service, principal, "labelled_clues")


def _answers(service: ServiceDep, principal: PrincipalDep) -> StreamingResponse:
    """每行一次答复，含观察模型的（role 为 shadow）；记入审计。"""
    return _stream(service, principal, "answers")


def _stream(service: Service, principal: Principal, view: View) -> StreamingResponse:
    service.require_storage()
    rows = export(service.database, principal, view)
    with service.writing() as connection:
        record(connection, Act(principal.name, "export", f"view:{view}"))
    return StreamingResponse(_lines(rows), media_type=_JSONL)


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield (json.dumps(row, ensure_ascii=False) + "\n").encode()
