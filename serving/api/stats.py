"""The figures of the dashboard, for whoever draws their own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from serving.api.access import PrincipalDep, ServiceDep
from serving.api.filter_query import ScopeQuery
from serving.api.known_parameters import ONLY_KNOWN_PARAMETERS
from serving.api.rendering import as_json
from serving.documentation import problem_answers
from serving.queries import operation, quality
from serving.queries.curves import FEW, calibration_error, reliability, risk_coverage
from serving.queries.stats import Head, histogram, scored

ScopeParameter = Annotated[ScopeQuery, Query()]
_ERRORS = problem_answers(401, 403, 422, 429, 503)


def router() -> APIRouter:
    routes = APIRouter(prefix="/v1/stats", dependencies=[ONLY_KNOWN_PARAMETERS])
    for path, answer, summary in _ROUTES:
        routes.add_api_route(
            path, answer, methods=["GET"], summary=summary, response_model=Any, responses=_ERRORS
        )
    return routes


def _confidence(
    service: ServiceDep, principal: PrincipalDep, within: ScopeParameter, head: Head = "module"
) -> Response:
    """把握的分布（20 档）、校准（各档把握与实际对错）、校准误差、风险与覆盖。

    enough 为 false 时已复核的线索不足 20 件，曲线不可靠。
    """
    scope = within.scope()
    with service.reading() as connection:
        counts = histogram(connection, principal, scope, head)
        levels = scored(connection, principal, scope, head)
    number = sum(level.total for level in levels)
    return as_json(
        {
            "head": head,
            "histogram": counts,
            "reviewed": number,
            "enough": number >= FEW,
            "reliability": reliability(levels),
            "calibration_error": calibration_error(levels),
            "risk_coverage": risk_coverage(levels),
        }
    )


def _accuracy(
    service: ServiceDep,
    principal: PrincipalDep,
    within: ScopeParameter,
    head: Head = "module",
    by: quality.Dimension = "module",
) -> Response:
    """已复核线索中判断正确的比例，附件数与 95% 区间。"""
    with service.reading() as connection:
        parts = quality.accuracy_by(connection, principal, within.scope(), head, by)
    return as_json([{"part": part, "share": share} for part, share in parts.items()])


def _confusion(
    service: ServiceDep, principal: PrincipalDep, within: ScopeParameter, head: Head = "module"
) -> Response:
    """模型建议与人工决定的对照。"""
    with service.reading() as connection:
        return as_json(quality.confusion(connection, principal, within.scope(), head))


def _agreement(service: ServiceDep, principal: PrincipalDep, within: ScopeParameter) -> Response:
    """两人看过同一件时的一致程度。"""
    with service.reading() as connection:
        return as_json(quality.agreement(connection, principal, within.scope()))


def _critical(service: ServiceDep, principal: PrincipalDep, within: ScopeParameter) -> Response:
    """人工定为特急的线索中事先报了警的比例，漏报逐件列出。"""
    with service.reading() as connection:
        return as_json(quality.critical_recall(connection, principal, within.scope()))


def _volumes(service: ServiceDep, principal: PrincipalDep, within: ScopeParameter) -> Response:
    """每日收到、须复核、报警、已决定、更正的件数。"""
    with service.reading() as connection:
        return as_json(operation.volumes(connection, principal, within.scope()))


def _latency(service: ServiceDep, principal: PrincipalDep, within: ScopeParameter) -> Response:
    """从收到到作出判断的毫秒数（含排队，不含写盘）。"""
    with service.reading() as connection:
        found = operation.latencies(connection, principal, within.scope())
    return as_json({f"p{quantile * 100:g}": value for quantile, value in found.items()})


def _deadlines(service: ServiceDep, principal: PrincipalDep, within: ScopeParameter) -> Response:
    """首次查看是否在期限内。"""
    now = datetime.now(UTC)
    with service.reading() as connection:
        return as_json(operation.deadlines_kept(connection, principal, within.scope(), now=now))


def _models(service: ServiceDep, principal: PrincipalDep) -> Response:
    """哪个模型何时答复过多少件，以及模型的启用、退回与失败。"""
    with service.reading() as connection:
        answer = {
            "periods": operation.model_periods(connection, principal),
            "history": operation.model_history(connection, principal),
        }
    return as_json(answer)


def _shadow(service: ServiceDep, principal: PrincipalDep, within: ScopeParameter) -> Response:
    """观察模型与现用模型在同一批线索上的比较。"""
    with service.reading() as connection:
        return as_json(operation.shadow_comparison(connection, principal, within.scope()))


_ROUTES: tuple[tuple[str, Callable[..., Response], str], ...] = (
    ("/confidence", _confidence, "把握与校准"),
    ("/accuracy", _accuracy, "正确率"),
    ("/confusion", _confusion, "混淆矩阵"),
    ("/agreement", _agreement, "复核人员的一致性"),
    ("/critical", _critical, "特急召回"),
    ("/volumes", _volumes, "每日件数"),
    ("/latency", _latency, "耗时"),
    ("/deadlines", _deadlines, "期限"),
    ("/models", _models, "模型变动"),
    ("/shadow", _shadow, "观察模型"),
)
