"""Clues in, triages out: one, or a batch."""

import asyncio
from concurrent.futures import Future

from fastapi import APIRouter, Request
from starlette.responses import Response

from model.triage import Triage
from serving.api.access import may_submit, service_of
from serving.api.rendering import JSON
from serving.batch import BatchAnswer, batch_answer, submit_batch
from serving.body import parse_clue, read_body
from serving.documentation import batch_body, clue_body, problem_answers
from serving.problems import RefusedError
from serving.settings import Settings

_ERRORS = problem_answers(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)


def router(settings: Settings, prefix: str) -> APIRouter:
    """The same routes under ``/v1`` and, for the sake of a first try, without."""
    routes = APIRouter(prefix=prefix)
    routes.add_api_route(
        "/classify",
        _classify,
        methods=["POST"],
        summary="分诊一件线索",
        response_model=Triage,
        responses=_ERRORS,
        openapi_extra=clue_body(),
    )
    routes.add_api_route(
        "/classify/batch",
        _classify_batch,
        methods=["POST"],
        summary=f"分诊一批线索（至多 {settings.batch_limit} 件，逐件答复）",
        response_model=BatchAnswer,
        responses=_ERRORS,
        openapi_extra=batch_body(settings.batch_limit),
    )
    return routes


async def _classify(request: Request) -> Response:
    """提交一件线索，答复应归入的模块、紧急程度、承办单位、期限、依据与是否需要人工复核。

    答复之前线索已存好。同一 clue_id、同一内容再次提交，得到同一答复；内容不同则答复 409。
    """
    service = service_of(request)
    await may_submit(request)
    service.champion.triager()
    service.require_storage()
    settings = service.settings
    body = await read_body(request, settings.max_body_bytes, settings.body_seconds)
    answer = service.line.submit(parse_clue(body))
    return Response(await in_time(answer, settings.answer_seconds), media_type=JSON)


async def in_time(answer: Future[str], seconds: float) -> str:
    """Raises RefusedError when it takes longer; the clue may then be stored all the same."""
    try:
        async with asyncio.timeout(seconds):
            return await asyncio.wrap_future(answer)
    except TimeoutError:
        raise RefusedError(
            "overloaded", "暂时忙不过来，请用同一 clue_id 稍后重试，不会重复登记"
        ) from None


async def _classify_batch(request: Request) -> Response:
    """提交一批线索，按原次序逐件答复；一件有误不影响其他。"""
    service = service_of(request)
    await may_submit(request)
    service.champion.triager()
    service.require_storage()
    settings = service.settings
    body = await read_body(request, settings.max_batch_bytes, settings.body_seconds)
    waiting = await asyncio.to_thread(submit_batch, service.bulk, body, settings.batch_limit)
    answers = [item for item in waiting if isinstance(item, Future)]
    await asyncio.gather(*map(asyncio.wrap_future, answers), return_exceptions=True)
    return Response(await asyncio.to_thread(batch_answer, waiting), media_type=JSON)
