"""Every error of the API as ``application/problem+json`` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from model.errors import FenzhenError

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """HTTP status and English title of a code."""

    status: int
    title: str


KINDS: Mapping[str, ProblemKind] = {
    "invalid_clue": ProblemKind(422, "Invalid clue"),
    "invalid_json": ProblemKind(400, "Invalid JSON"),
    "not_utf8": ProblemKind(400, "Body is not UTF-8"),
    "too_deep": ProblemKind(400, "JSON nested too deeply"),
    "not_found": ProblemKind(404, "Not found"),
    "method_not_allowed": ProblemKind(405, "Method not allowed"),
    "body_too_large": ProblemKind(413, "Body too large"),
    "batch_too_large": ProblemKind(413, "Batch too large"),
    "unsupported_media_type": ProblemKind(415, "Unsupported media type"),
    "request_refused": ProblemKind(400, "Request refused"),
    "model_not_ready": ProblemKind(503, "Model not ready"),
    "not_authenticated": ProblemKind(401, "Not authenticated"),
    "forbidden": ProblemKind(403, "Forbidden"),
    "unknown_clue": ProblemKind(404, "Unknown clue"),
    "unknown_job": ProblemKind(404, "Unknown job"),
    "body_too_slow": ProblemKind(408, "Body too slow"),
    "clue_id_taken": ProblemKind(409, "Clue id taken"),
    "held_by_other": ProblemKind(409, "Held by another reviewer"),
    "cannot_withdraw": ProblemKind(409, "Cannot withdraw"),
    "job_not_done": ProblemKind(409, "Job not done"),
    "original_erased": ProblemKind(410, "Original erased"),
    "stale_version": ProblemKind(412, "Stale version"),
    "invalid_query": ProblemKind(422, "Invalid query"),
    "invalid_review": ProblemKind(422, "Invalid review"),
    "version_required": ProblemKind(428, "Version required"),
    "too_many_requests": ProblemKind(429, "Too many requests"),
    "overloaded": ProblemKind(503, "Overloaded"),
    "storage_unavailable": ProblemKind(503, "Storage unavailable"),
    "internal_error": ProblemKind(500, "Internal error"),
}


class FieldError(BaseModel):
    """请求中的一处错误及其字段。"""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="出错的字段，如 text、clues[3].title")
    message: str = Field(description="错在哪里、怎样改")


class Problem(BaseModel):
    """错误答复（RFC 9457）。``code`` 固定不变，供程序判断；``detail`` 供人阅读。"""

    model_config = ConfigDict(frozen=True)

    type: str = Field(description="错误类型的标识（URI）")
    code: str = Field(description="固定的错误代码")
    title: str = Field(description="英文标题")
    status: int = Field(description="HTTP 状态码")
    detail: str = Field(description="中文说明：错在哪里、怎样改；不含线索原文")
    errors: tuple[FieldError, ...] = Field(default=(), description="逐个字段的错误")


class RefusedError(Exception):
    """A request that is answered with a problem; ``code`` is one of ``KINDS``."""

    def __init__(self, code: str, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(code)
        self.problem = problem(code, detail, errors)


def as_problem(error: FenzhenError) -> Problem | None:
    """A foreseen error of any layer as a problem; None for one that no request may cause."""
    return problem(error.code, error.detail) if error.code in KINDS else None


def problem(code: str, detail: str, errors: Sequence[FieldError] = ()) -> Problem:
    """The problem of that code. Raises KeyError for a code that is not in ``KINDS``."""
    kind = KINDS[code]
    return Problem(
        type=f"urn:fenzhen:problem:{code}",
        code=code,
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=tuple(errors),
    )


_RETRY_AFTER_SECONDS = "2"


def answer_problem(content: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer that carries a problem; one that passes says when to come again."""
    response = Response(content.model_dump_json(), content.status, headers, MEDIA_TYPE)
    if content.status == 503:
        response.headers.setdefault("Retry-After", _RETRY_AFTER_SECONDS)
    if content.status == 401:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response
