"""The model behind, whether the service is up and ready, and its figures."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from model.taxonomy import Function, Module, Urgency
from model.triage import ModelIdentity, Named
from serving.access.policy import Action, require
from serving.api.access import PrincipalDep, ServiceDep, service_of
from serving.api.rendering import JSON, as_json
from serving.documentation import problem_answers

_NOTICE = (
    "指标为训练数据上交叉验证（折外）所得。随软件附带的语料为人工拟写，未经真实线索检验，"
    "不代表实际工作中的准确率；用本院标注的线索重新训练后，以新指标为准。"
)


class ModelCard(BaseModel):
    """正在使用的模型：身份、标签、指标、候选集覆盖、训练数据指纹。"""

    model_config = ConfigDict(frozen=True)

    model: ModelIdentity = Field(description="名称、版本（模型包内容的 SHA-256）、编码方式")
    labels: dict[str, tuple[Named, ...]] = Field(description="各分类的代码与名称")
    card: dict[str, Any] = Field(description="指标、覆盖、训练数据指纹、设置、软件版本")
    notice: str = Field(description="怎样看待这些指标")


def model_router(prefix: str) -> APIRouter:
    routes = APIRouter(prefix=prefix)
    routes.add_api_route(
        "/model",
        _model,
        methods=["GET"],
        summary="正在使用的模型",
        response_model=ModelCard,
        responses=problem_answers(401, 403, 503),
    )
    return routes


def state_router() -> APIRouter:
    routes = APIRouter()
    routes.add_api_route("/healthz", _healthz, methods=["GET"], summary="进程是否在运行")
    routes.add_api_route(
        "/readyz",
        _readyz,
        methods=["GET"],
        summary="模型与数据库是否可用",
        responses=problem_answers(503),
    )
    routes.add_api_route(
        "/metrics",
        _metrics,
        methods=["GET"],
        summary="供 Prometheus 读取的指标",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}, **problem_answers(401, 403)},
    )
    return routes


def _model(service: ServiceDep, principal: PrincipalDep) -> Response:
    """模型的身份、标签、指标与训练数据指纹。"""
    require(principal, Action.READ_MODEL)
    triager = service.champion.triager()
    taxonomy = triager.taxonomy
    card = ModelCard(
        model=triager.identity,
        labels={
            "module": _named(taxonomy.modules),
            "urgency": _named(taxonomy.urgencies),
            "function": _named(taxonomy.functions),
        },
        card=triager.card,
        notice=_NOTICE,
    )
    return Response(card.model_dump_json(), media_type=JSON)


def _named(entries: Sequence[Module | Urgency | Function]) -> tuple[Named, ...]:
    return tuple(Named(code=entry.code, name=entry.name) for entry in entries)


async def _healthz() -> dict[str, str]:
    """进程在运行即答复 ok，与模型和数据库无关。"""
    return {"status": "ok"}


def _readyz(request: Request) -> Response:
    """模型已试答、数据库可读时答复 ok，否则 503 并说明原因。

    有新模型未能启用而旧模型仍在答复时，model_obstacle 说明原因。
    """
    service = service_of(request)
    service.champion.triager()
    service.require_storage()
    with service.database.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    answer = {"status": "ok"}
    for holder in (service.champion, service.shadow):
        if holder.obstacle is not None and holder.settled.is_set():
            answer[f"{holder.role}_obstacle"] = holder.obstacle
    return as_json(answer)


def _metrics(service: ServiceDep, principal: PrincipalDep) -> Response:
    """请求、答复、把握、排队、模型；不含编号与文字。"""
    require(principal, Action.READ_METRICS)
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
