"""The routes: one clue, a batch, the model behind, and whether the service is up and ready."""

from collections.abc import Sequence
from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from model.taxonomy import Function, Module, Urgency
from model.triage import ModelIdentity, Named, Triage
from model.triager import Triager
from serving.batch import BatchAnswer, classify, classify_batch
from serving.body import parse_clue, read_body
from serving.documentation import batch_body, clue_body, problem_answers
from serving.settings import Settings

_JSON = "application/json"
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


def router(settings: Settings) -> APIRouter:
    """All routes of the API, documented with the limits of ``settings``."""
    routes = APIRouter()
    routes.add_api_route(
        "/classify",
        _classify,
        methods=["POST"],
        summary="分诊一件线索",
        response_model=Triage,
        responses=problem_answers(400, 413, 415, 422, 503),
        openapi_extra=clue_body(),
    )
    routes.add_api_route(
        "/classify/batch",
        _classify_batch,
        methods=["POST"],
        summary=f"分诊一批线索（至多 {settings.batch_limit} 件，逐件答复）",
        response_model=BatchAnswer,
        responses=problem_answers(400, 413, 415, 422, 503),
        openapi_extra=batch_body(settings.batch_limit),
    )
    routes.add_api_route(
        "/model",
        _model,
        methods=["GET"],
        summary="正在使用的模型",
        response_model=ModelCard,
        responses=problem_answers(503),
    )
    routes.add_api_route("/healthz", _healthz, methods=["GET"], summary="进程是否在运行")
    routes.add_api_route(
        "/readyz",
        _readyz,
        methods=["GET"],
        summary="模型是否已加载并试答成功",
        responses=problem_answers(503),
    )
    return routes


async def _classify(request: Request) -> Response:
    """提交一件线索，答复应归入的模块、紧急程度、承办单位、期限、依据与是否需要人工复核。"""
    settings: Settings = request.app.state.settings
    triager = _triager(request)
    clue = parse_clue(await read_body(request, settings.max_body_bytes))
    # Under a millisecond of CPU: handing it to a thread would cost more than it takes.
    return Response(classify(triager, clue).model_dump_json(), media_type=_JSON)


async def _classify_batch(request: Request) -> Response:
    """提交一批线索，按原次序逐件答复；一件有误不影响其他。"""
    settings: Settings = request.app.state.settings
    triager = _triager(request)
    body = await read_body(request, settings.max_batch_bytes)

    def work() -> str:
        return classify_batch(triager, body, settings.batch_limit).model_dump_json()

    # One at a time: more threads would not be faster, and single clues must not wait for them.
    content = await anyio.to_thread.run_sync(work, limiter=request.app.state.batches)
    return Response(content, media_type=_JSON)


async def _model(request: Request) -> Response:
    """模型的身份、标签、指标与训练数据指纹。"""
    triager = _triager(request)
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
    return Response(card.model_dump_json(), media_type=_JSON)


def _named(entries: Sequence[Module | Urgency | Function]) -> tuple[Named, ...]:
    return tuple(Named(code=entry.code, name=entry.name) for entry in entries)


async def _healthz() -> dict[str, str]:
    """进程在运行即答复 ok，与模型无关。"""
    return {"status": "ok"}


async def _readyz(request: Request) -> dict[str, str]:
    """模型可用时答复 ok，否则 503 并说明原因。"""
    _triager(request)
    return {"status": "ok"}


def _triager(request: Request) -> Triager:
    triager: Triager = request.app.state.model.triager()
    return triager
