"""Notices to the intake system, the undeliverable ones above all; and the audit chain."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from serving.access.policy import Action, require
from serving.api.access import PrincipalDep, ServiceDep
from serving.api.known_parameters import ONLY_KNOWN_PARAMETERS
from serving.api.rendering import as_json
from serving.documentation import problem_answers
from serving.queries.notices import Notice, notices
from serving.storage.audit import Verdict, verify

_ERRORS = problem_answers(401, 403, 422, 429, 503)
State = Annotated[
    Literal["pending", "sent", "dead", "cancelled"] | None, Query(description="只看哪一种")
]


def router() -> APIRouter:
    routes = APIRouter(prefix="/v1", dependencies=[ONLY_KNOWN_PARAMETERS])
    routes.add_api_route(
        "/notices",
        _notices,
        methods=["GET"],
        summary="给接入系统的通知",
        response_model=list[Notice],
        responses=_ERRORS,
    )
    routes.add_api_route(
        "/audit/verification",
        _verify,
        methods=["GET"],
        summary="校验审计链",
        response_model=Verdict,
        responses=_ERRORS,
    )
    return routes  # fmt: skip


def _notices(
    service: ServiceDep,
    principal: PrincipalDep,
    state: State = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """dead 为多次送不到而搁置的，可用 fenzhen webhook retry 重新排队。"""
    with service.reading() as connection:
        return as_json(notices(connection, principal, state, limit))


def _verify(service: ServiceDep, principal: PrincipalDep) -> Response:
    """逐条重算散列；broken_at 为第一条不符的序号，完整时为空。"""
    require(principal, Action.READ_AUDIT)
    with service.reading() as connection:
        return as_json(verify(connection))
