"""The service as an ASGI application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.responses import Response

from model.errors import FenzhenError
from serving.api import classify, clues, exports, jobs, notices, state, stats
from serving.documentation import show_live_example
from serving.door import TooManyRequestsError
from serving.guard import Guard
from serving.problems import RefusedError, answer_problem, as_problem, problem
from serving.service import Service
from serving.settings import Settings
from serving.validation import request_errors

_DESCRIPTION = (
    "读取群众提交的线索，建议应归入的模块、紧急程度、承办单位和期限，并说明依据与把握。"
    "系统只提建议，由工作人员决定。所有错误均为 application/problem+json，程序请按 code 判断。"
)
_STATUS_CODES = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
_DETAILS = {
    "not_found": "没有这个地址，请对照 /docs 中的接口文档",
    "method_not_allowed": "这个地址不支持此请求方法，请对照 /docs 中的接口文档",
    "body_too_large": "请求正文过大，请缩短或分批提交",
    "request_refused": "请求有误，请对照 /docs 中的接口文档",
}


def create_app(settings: Settings) -> FastAPI:
    """The application. The model is loaded once it starts, beside the first requests."""
    app: FastAPI = FastAPIOffline(
        title="分诊 fenzhen",
        version="1",
        description=_DESCRIPTION,
        lifespan=_lifespan,
        redirect_slashes=False,
        swagger_ui_parameters={"validatorUrl": None},
    )
    service = Service(settings)
    app.state.service = service
    for routes in (
        classify.router(settings, ""), classify.router(settings, "/v1"), clues.router(),
        stats.router(), exports.router(), jobs.router(), notices.router(),
        state.model_router(""), state.model_router("/v1"), state.state_router(),
    ):  # fmt: skip
        app.include_router(routes)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(FenzhenError, _foreseen)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(Guard, metrics=service.metrics)
    show_live_example(app, service.champion)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(service.start)
    try:
        yield
    finally:
        await asyncio.to_thread(service.stop)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 – registered for this class only
    return answer_problem(error.problem)


async def _foreseen(request: Request, error: Exception) -> Response:
    assert isinstance(error, FenzhenError)  # noqa: S101 – registered for this class only
    found = as_problem(error)
    if found is None:
        raise error
    wait = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyRequestsError) else None
    return answer_problem(found, wait)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 – registered for this class only
    return answer_problem(request_errors(error.errors()))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 – registered for this class only
    code = _STATUS_CODES.get(error.status_code, "request_refused")
    return answer_problem(problem(code, _DETAILS[code]), error.headers)
