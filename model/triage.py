"""A triage: where a clue belongs, how urgent it is, who should handle it, how sure we are and why.

The same object over HTTP, on the command line, in JSON Lines and in notebooks.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Head = Literal["module", "urgency", "function", "secondary_modules", "danger"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Label(_Part):
    """One label of one head. ``confidence`` is a calibrated probability in [0, 1]."""

    code: str = Field(description="标签代码")
    name: str = Field(description="标签名称")
    confidence: float = Field(ge=0, le=1, description="校准后的概率")


class Prediction(Label):
    """The label proposed by a head.

    ``candidates`` holds the true label with the coverage that the bundle states.
    """

    alternatives: tuple[Label, ...] = Field(description="其他可能的标签，由大到小")
    candidates: tuple[str, ...] = Field(description="候选集：按所述覆盖率含有正确标签")


class Named(_Part):
    code: str = Field(description="代码")
    name: str = Field(description="名称")


class AlternativeUnit(_Part):
    """Another procuratorate that could be competent, and the rule that would choose it."""

    procuratorate: Named
    rule: str


class HandlingUnit(_Part):
    """Procuratorate × function, the rule that chose it and that rule's legal basis."""

    procuratorate: Named = Field(description="检察院")
    function: str = Field(description="职能代码")
    name: str = Field(description="单位名称")
    rule: str = Field(description="选定它的规则")
    legal_basis: str = Field(description="该规则的法律依据")


class Unit(HandlingUnit):
    """The unit proposed to handle the clue, and others that could be competent."""

    alternatives: tuple[AlternativeUnit, ...] = Field(
        default=(), description="其他可能有管辖权的院"
    )


class AssistingUnit(HandlingUnit):
    """A second function of the same procuratorate that works along."""


class WhereTo(_Part):
    """Where someone should turn whose matter no procuratorate may handle."""

    code: str = Field(description="去向代码")
    name: str = Field(description="去向名称")
    advice: str = Field(description="可以直接告诉当事人的话")


class Deadlines(_Part):
    """When a person must have looked, replied and reported. Times are Asia/Shanghai."""

    first_look_by: datetime = Field(description="最迟何时首次查看")
    procedural_reply_by: date = Field(description="最迟何日作程序性答复")
    result_by: date = Field(description="最迟何日答复进展或结果")
    basis: str = Field(description="期限的法律依据")
    note: str | None = Field(default=None, description="另一种算法与特别期限")


class Evidence(_Part):
    """A span that raised the label of ``head``, or a word of danger; offsets are code points of the
    text as sent."""

    start: int = Field(description="原文中的起点（码位，从 0 起）")
    end: int = Field(description="终点（不含）")
    text: str = Field(description="原文中的字样")
    head: Head = Field(description="支持哪一项判断；danger 为人身危险的字样")
    weight: float = Field(description="在支持该判断（或表示危险）的全部字样中所占份额")


class Place(_Part):
    """A place, court or agency named in the text and the procuratorate it points to."""

    start: int = Field(description="原文中的起点（码位，从 0 起）")
    end: int = Field(description="终点（不含）")
    text: str = Field(description="原文中的字样")
    procuratorate: str = Field(description="指向的检察院代码")


class ModelIdentity(_Part):
    name: str
    version: str
    encoder: str


class Triage(_Part):
    """The answer to one clue. It proposes; a person decides."""

    clue_id: str | None = Field(description="提交时的线索编号")
    module: Prediction = Field(description="模块")
    secondary_modules: tuple[Label, ...] = Field(description="同时涉及的其他模块")
    urgency: Prediction = Field(description="紧急程度")
    function: Prediction = Field(description="承办职能")
    unit: Unit = Field(description="建议的承办单位")
    assisting_units: tuple[AssistingUnit, ...] = Field(description="协办单位")
    where_to: WhereTo | None = Field(description="不属检察职能时的去向，其余为空")
    deadlines: Deadlines = Field(description="期限")
    evidence: tuple[Evidence, ...] = Field(description="判断所依据的字样")
    places: tuple[Place, ...] = Field(description="识别出的地点与机关")
    missing: tuple[str, ...] = Field(description="还缺的事实：place 地点、time 时间")
    needs_review: bool = Field(description="是否需要人工复核")
    reasons: tuple[str, ...] = Field(description="需要复核的原因代码；critical 须立即查看")
    model: ModelIdentity = Field(description="作出判断的模型")
