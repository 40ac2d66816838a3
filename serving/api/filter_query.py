"""Filters as they stand in an address."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from model.clue import Text
from model.deadlines import SHANGHAI
from serving.queries.filters import ClueFilter
from serving.queries.stats import Scope

Code = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


_BLANK_FOR_PLUS = re.compile(r"(?<=:\d\d) (?=\d\d:\d\d$)")


def _in_shanghai(moment: datetime) -> datetime:
    """A moment without an offset is meant as Asia/Shanghai; no database holds the year 1 or 9999
    shifted by an offset."""
    if not 1990 <= moment.year < 2100:
        raise ValueError("年份应在 1990–2099 之间")
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment


def _with_plus(moment: object) -> object:
    """In an address a bare plus is read as a blank: 10:00:00+08:00 arrives as 10:00:00 08:00."""
    return _BLANK_FOR_PLUS.sub("+", moment) if isinstance(moment, str) else moment


Words = Annotated[Text, Field(max_length=100)]
Moment = Annotated[datetime, BeforeValidator(_with_plus), AfterValidator(_in_shanghai)]


class FilterQuery(BaseModel):
    """条件逐项收窄；标签为现在的结论（已有人决定的按决定，否则按模型建议）。"""

    model_config = ConfigDict(frozen=True)

    module: Code | None = None
    urgency: Code | None = None
    function: Code | None = None
    procuratorate: Code | None = None
    state: Code | None = None
    channel: Words | None = None
    model_version: Code | None = None
    reason: Code | None = None
    open: bool | None = None
    decided: bool | None = None
    needs_review: bool | None = None
    alarm: bool | None = None
    overdue_at: Moment | None = None
    received_from: Moment | None = None
    received_until: Moment | None = None
    proposed_module: Code | None = None
    proposed_urgency: Code | None = None
    proposed_function: Code | None = None
    search: Words | None = None

    def filter(self) -> ClueFilter:
        return ClueFilter(**{name: getattr(self, name) for name in FilterQuery.model_fields})


class ScopeQuery(BaseModel):
    """统计的范围：何时收到、哪个模块、哪个院、哪个模型。"""

    model_config = ConfigDict(frozen=True)

    received_from: Moment | None = None
    received_until: Moment | None = None
    module: Code | None = None
    procuratorate: Code | None = None
    model_version: Code | None = None

    def scope(self) -> Scope:
        return Scope(**{name: getattr(self, name) for name in ScopeQuery.model_fields})
