"""A clue: what a citizen sent."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictStr

MAX_TEXT_LENGTH = 20_000
"""Characters (Unicode code points) of a clue's text at most."""


def _well_formed(value: str) -> str:
    """Refuse lone surrogates and NUL, which no database or UTF-8 file can hold."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("含有无效字符（NUL 或不成对的代理码位），请重新编码为 UTF-8 后提交")
    return value


def _not_blank(value: str) -> str:
    if not any(character.isprintable() and not character.isspace() for character in value):
        raise ValueError("线索正文为空，请填写后提交")
    return value


def _addressable(value: str) -> str:
    """An id stands in addresses, and in the lines of logs and files."""
    if "/" in value or value in (".", "..") or not value.isprintable():
        raise ValueError("编号会出现在网址里，不能含斜线、换行等控制字符，也不能只是一两个点")
    return value


Text = Annotated[StrictStr, AfterValidator(_well_formed)]


class Clue(BaseModel):
    """A message as it was sent.

    ``text`` holds 1 to 20,000 characters, not all blank.
    ``location`` is the address the form sent along, ``submitted_at`` the moment of sending;
    without an offset it is read as Asia/Shanghai.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[
        Text,
        AfterValidator(_not_blank),
        Field(min_length=1, max_length=MAX_TEXT_LENGTH, description="线索正文，1–20000 字"),
    ]
    clue_id: (
        Annotated[Text, AfterValidator(_addressable), Field(min_length=1, max_length=64)] | None
    ) = Field(default=None, description="接入系统的线索编号")
    title: Annotated[Text, Field(max_length=500)] | None = Field(default=None, description="标题")
    channel: Annotated[Text, Field(max_length=100)] | None = Field(
        default=None, description="来源渠道，如“小程序”“电话”"
    )
    location: Annotated[Text, Field(max_length=500)] | None = Field(
        default=None, description="表单中填写或定位得到的地点"
    )
    submitted_at: datetime | None = Field(
        default=None, description="提交时间（ISO 8601，未注明时区按北京时间）"
    )
