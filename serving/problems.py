"""Every error of the API as ``application/problem+json`` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

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


def answer_problem(content: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The HTTP answer that carries a problem."""
    return Response(content.model_dump_json(), content.status, headers, MEDIA_TYPE)
