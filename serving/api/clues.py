"""Stored clues: listed, counted, opened, claimed, reviewed, read whole."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from model.clue import Text
from serving.access.policy import Action, Principal, require
from serving.acts.claims import claim, release
from serving.acts.decision import Act, Decision
from serving.acts.review import review
from serving.acts.unmask import WholeClue, unmask
from serving.api.access import PrincipalDep, ServiceDep
from serving.api.filter_query import FilterQuery
from serving.api.json_body import body_of
from serving.api.known_parameters import ONLY_KNOWN_PARAMETERS
from serving.api.rendering import as_json
from serving.documentation import json_body, problem_answers
from serving.problems import RefusedError
from serving.queries.clue_detail import ClueDetail, Labels, ReviewEvent, clue_detail, review_history
from serving.queries.clue_list import (
    MOST_PER_PAGE,
    Page,
    count_by,
    count_clues,
    list_clues,
    work_queue,
)
from serving.queries.errors import UnknownClueError
from serving.queries.similar import SimilarClue, similar_clues
from serving.service import Service

Filters = Annotated[FilterQuery, Query()]
_READING = problem_answers(401, 403, 404, 422, 429, 503)
_ACTING = problem_answers(401, 403, 404, 409, 412, 422, 428, 429, 503)
_WRITING = {**problem_answers(400, 408, 413, 415), **_ACTING}


class PageQuery(FilterQuery):
    """Which page of which clues."""

    limit: Annotated[int, Field(ge=1, le=MOST_PER_PAGE, description="一页几件")] = 50
    after: Annotated[str | None, Field(max_length=500, description="上一页答复中的 next")] = None


Pages = Annotated[PageQuery, Query()]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Code = Annotated[str, Field(max_length=32, pattern=r"^[a-z_0-9]+$")]


class LabelsBody(_Body):
    """更正后的标签，各字段均须给出。"""

    module: Code
    secondary_modules: tuple[Code, ...] = Field(default=(), max_length=10)
    urgency: Code
    function: Code
    procuratorate: Code


class ReviewBody(_Body):
    """一次复核：confirm 确认、correct 更正、return 退回、second_look 请他人再看、withdraw 撤销。"""

    act: Act
    labels: LabelsBody | None = Field(default=None, description="更正后的标签，仅 correct")
    reason: Code | None = Field(default=None, description="原因代码：return 必填，correct 可填")
    note: Annotated[Text, Field(max_length=2000)] | None = Field(default=None, description="说明")


class UnmaskBody(_Body):
    """查看原文的原因代码，记入审计。"""

    reason: Code


def router() -> APIRouter:
    routes = APIRouter(prefix="/v1", dependencies=[ONLY_KNOWN_PARAMETERS])
    add = routes.add_api_route
    add(
        "/clues",
        _list,
        methods=["GET"],
        summary="线索列表（新的在前）",
        response_model=Page,
        responses=_READING,
    )
    add(
        "/queue",
        _queue,
        methods=["GET"],
        summary="待办（急的在前）",
        response_model=Page,
        responses=_READING,
    )
    add(
        "/counts",
        _counts,
        methods=["GET"],
        summary="线索件数",
        response_model=dict[str, Any],
        responses=_READING,
    )
    add(
        "/clues/{clue_id}/reviews",
        _reviews,
        methods=["GET"],
        summary="复核记录",
        response_model=list[ReviewEvent],
        responses=_READING,
    )
    add(
        "/clues/{clue_id}/reviews",
        _review,
        methods=["POST"],
        summary="复核",
        status_code=201,
        response_model=ClueDetail,
        responses=_WRITING,
        openapi_extra=json_body(ReviewBody),
    )
    add(
        "/clues/{clue_id}/claim",
        _claim,
        methods=["PUT"],
        summary="认领（15 分钟）",
        response_model=dict[str, str],
        responses=_ACTING,
    )
    add(
        "/clues/{clue_id}/claim",
        _release,
        methods=["DELETE"],
        summary="放回",
        status_code=204,
        response_class=Response,
        responses=_ACTING,
    )
    add(
        "/clues/{clue_id}/whole",
        _whole,
        methods=["POST"],
        summary="查看原文（记入审计）",
        response_model=WholeClue,
        responses={**problem_answers(410), **_WRITING},
        openapi_extra=json_body(UnmaskBody),
    )
    add(
        "/clues/{clue_id}/similar",
        _similar,
        methods=["GET"],
        summary="相似线索",
        response_model=list[SimilarClue],
        responses=_READING,
    )
    add(
        "/clues/{clue_id}",
        _detail,
        methods=["GET"],
        summary="一件线索（已脱敏）",
        response_model=ClueDetail,
        responses=_READING,
    )
    return routes  # fmt: skip


def _list(service: ServiceDep, principal: PrincipalDep, wanted: Pages) -> Response:
    """按条件逐页列出。文字均已脱敏；时间为北京时间。"""
    return _page(list_clues, service, principal, wanted)


def _queue(service: ServiceDep, principal: PrincipalDep, wanted: Pages) -> Response:
    """待办的线索：先急后缓，再按离期限的远近，再按把握由小到大。"""
    return _page(work_queue, service, principal, wanted)


def _page(
    listed: Callable[..., Page], service: Service, principal: Principal, wanted: PageQuery
) -> Response:
    with service.reading() as connection:
        page = listed(
            connection, principal, wanted.filter(), limit=wanted.limit, after=wanted.after,
            now=_now(),
        )  # fmt: skip
    return as_json(page)


def _counts(
    service: ServiceDep,
    principal: PrincipalDep,
    wanted: Filters,
    by: Annotated[str | None, Query(max_length=32, description="按哪一项分别计数")] = None,
) -> Response:
    """与同样条件的列表一致的件数。"""
    with service.reading() as connection:
        answer: dict[str, object] = {"total": count_clues(connection, principal, wanted.filter())}
        if by is not None:
            parts = count_by(connection, principal, wanted.filter(), by)
            answer["by"] = [{"value": value, "number": n} for value, n in parts.items()]
    return as_json(answer)


def _detail(service: ServiceDep, principal: PrincipalDep, clue_id: str) -> Response:
    """线索、模型的建议、现在的结论与复核记录。ETag 用于复核时的 If-Match。"""
    with service.reading() as connection:
        detail = clue_detail(connection, principal, known(clue_id), now=_now())
    return as_json(detail, headers={"ETag": f'"{detail.version}"'})


def _reviews(service: ServiceDep, principal: PrincipalDep, clue_id: str) -> Response:
    """这件线索的全部复核，按先后。"""
    with service.reading() as connection:
        detail = clue_detail(connection, principal, known(clue_id), now=_now())
        history = review_history(connection, principal, clue_id)
    return as_json(history, headers={"ETag": f'"{detail.version}"'})


def _review(
    service: ServiceDep,
    principal: PrincipalDep,
    clue_id: str,
    body: Annotated[ReviewBody, body_of(ReviewBody)],
    if_match: Annotated[str | None, Header(description="读到的 ETag")] = None,
) -> Response:
    """对读到的版本作出决定；其间若有他人处理过，答复 412，不会覆盖。"""
    version = _version(if_match)
    labels = None
    if body.labels is not None:
        labels = Labels(**body.labels.model_dump())
    decision = Decision(body.act, labels, body.reason, body.note)
    undo = timedelta(seconds=service.settings.undo_seconds)
    taxonomy = service.champion.triager().taxonomy
    now = _now()
    with service.writing() as connection:
        review(
            connection, principal, known(clue_id), version, decision, taxonomy, service.unseal,
            now=now, undo=undo,
        )  # fmt: skip
        detail = clue_detail(connection, principal, clue_id, now=now)
    return as_json(detail, 201, {"ETag": f'"{detail.version}"'})


def _similar(
    service: ServiceDep,
    principal: PrincipalDep,
    clue_id: str,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """几乎相同的线索，有人决定过的在前：人的决定是比模型更强的提示。只供参考，不会合并。"""
    require(principal, Action.FIND_SIMILAR)
    service.require_storage()
    service.comparing.compare_now(known(clue_id))
    with service.reading() as connection:
        found = similar_clues(connection, principal, clue_id, limit=limit)
    return as_json(found)


def _claim(service: ServiceDep, principal: PrincipalDep, clue_id: str) -> Response:
    """认领后 15 分钟内他人不能处理；再次认领即延长。"""
    with service.writing() as connection:
        until = claim(connection, principal, known(clue_id), now=_now())
    return as_json({"held_until": until})


def _release(service: ServiceDep, principal: PrincipalDep, clue_id: str) -> Response:
    """放回自己认领的线索。"""
    with service.writing() as connection:
        release(connection, principal, known(clue_id), now=_now())
    return Response(status_code=204)


def _whole(
    service: ServiceDep,
    principal: PrincipalDep,
    clue_id: str,
    body: Annotated[UnmaskBody, body_of(UnmaskBody)],
) -> Response:
    """提交时的原文。未成年人与举报人的姓名只对承办人员显示。"""
    with service.writing() as connection:
        whole = unmask(
            connection, principal, known(clue_id), body.reason, service.unseal, now=_now()
        )
    return as_json(whole)


def known(clue_id: str) -> str:
    """An id that a database can be asked for. Raises UnknownClueError."""
    if "\x00" in clue_id or len(clue_id) > 64:
        raise UnknownClueError
    return clue_id


def _version(if_match: str | None) -> int:
    if if_match is None:
        raise RefusedError("version_required", "请在请求头 If-Match 中写明读到的 ETag")
    number = if_match.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise RefusedError("stale_version", "If-Match 与现在的版本不符，请重新读取后再提交")
    return int(number)


def _now() -> datetime:
    return datetime.now(UTC)
