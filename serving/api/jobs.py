"""Files of clues: handed in as they are, worked off in the background, fetched when done."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, Response

from serving.access.policy import Action, require
from serving.api.access import PrincipalDep, ServiceDep
from serving.api.known_parameters import ONLY_KNOWN_PARAMETERS
from serving.api.rendering import as_json
from serving.documentation import problem_answers
from serving.jobs.queue import Job, add_job, find_job, new_job_id
from serving.problems import RefusedError

_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_ERRORS = problem_answers(401, 403, 404, 408, 409, 413, 422, 429, 503)
_TYPES = {
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Format = Annotated[Literal["jsonl", "csv", "xlsx"], Query(description="文件的格式")]
Output = Annotated[Literal["jsonl", "xlsx"], Query(description="结果的格式")]


def router() -> APIRouter:
    routes = APIRouter(prefix="/v1/jobs", dependencies=[ONLY_KNOWN_PARAMETERS])
    routes.add_api_route(
        "",
        _add,
        methods=["POST"],
        summary="交一个文件分诊",
        status_code=202,
        response_model=Job,
        responses=_ERRORS,
        openapi_extra={"requestBody": {"required": True, "content": _FILE}},
    )
    routes.add_api_route(
        "/{job_id}",
        _status,
        methods=["GET"],
        summary="任务进度",
        response_model=Job,
        responses=_ERRORS,
    )
    routes.add_api_route(
        "/{job_id}/result",
        _result,
        methods=["GET"],
        summary="下载结果",
        response_class=FileResponse,
        responses={200: {"content": _FILE}, **_ERRORS},
    )
    return routes  # fmt: skip


async def _add(
    request: Request,
    service: ServiceDep,
    principal: PrincipalDep,
    format: Format,
    output: Output = "jsonl",
) -> Response:
    """正文就是文件本身。每行存为一件线索；没有 clue_id 的行由服务编号。结果已脱敏，保留一天。"""
    require(principal, Action.RUN_JOBS)
    service.require_storage()
    job_id = new_job_id()
    path = service.jobs.source(job_id, f".{format}")
    settings = service.settings
    try:
        await _save(request, path, settings.max_file_bytes, 10 * settings.body_seconds)
        job = await asyncio.to_thread(_queue, service, principal, job_id, format, output)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return as_json(job, 202, {"Location": f"/v1/jobs/{job_id}"})


def _queue(
    service: ServiceDep, principal: PrincipalDep, job_id: str, suffix: str, output: str
) -> Job:
    with service.writing() as connection:
        return add_job(
            connection, principal, job_id, f".{suffix}", f".{output}", now=datetime.now(UTC)
        )


async def _save(request: Request, path: Path, limit: int, seconds: float) -> None:
    """Raises RefusedError: body_too_large, body_too_slow, storage_unavailable."""
    size = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        async with asyncio.timeout(seconds):
            with path.open("wb") as file:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limit:
                        raise RefusedError("body_too_large", f"文件超过 {limit} 字节，请分成几个")
                    file.write(chunk)
    except TimeoutError:
        raise RefusedError("body_too_slow", f"{seconds:g} 秒内没有收完文件，请重新发送") from None
    except OSError:
        raise RefusedError(
            "storage_unavailable", "文件暂时无法保存（磁盘已满或无法写入），请稍后重试"
        ) from None


def _status(service: ServiceDep, principal: PrincipalDep, job_id: str) -> Response:
    """state：waiting 排队、running 进行中、done 完成、failed 未能完成（error 说明原因）。"""
    with service.reading() as connection:
        return as_json(find_job(connection, principal, _known(job_id)))


def _result(service: ServiceDep, principal: PrincipalDep, job_id: str) -> Response:
    """完成后一天内可下载。"""
    with service.reading() as connection:
        job = find_job(connection, principal, _known(job_id))
    if job.state != "done":
        raise RefusedError("job_not_done", "任务尚未完成，请查看进度后再取")
    path = service.jobs.result(job.job_id, job.output_suffix)
    if not path.is_file():
        raise RefusedError("unknown_job", "结果已过保留期，请重新提交文件")
    suffix = job.output_suffix.removeprefix(".")
    return FileResponse(path, media_type=_TYPES[suffix], filename=f"triages.{suffix}")


def _known(job_id: str) -> str:
    return job_id if job_id.isascii() and job_id.isprintable() and len(job_id) <= 36 else "-"
