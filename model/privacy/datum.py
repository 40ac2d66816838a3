"""What is found: a piece of personal data, by place, kind and owner, never by value."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of personal data; the value is what staff read."""

    IDENTITY_CARD = "身份证号"
    BANK_CARD = "银行卡号"
    TELEPHONE = "电话号码"
    EMAIL = "电子邮箱"
    PLATE = "车牌号"
    TRAVEL_DOCUMENT = "出入境证件号"
    WECHAT = "微信号"
    QQ = "QQ号"
    HOME = "住址"
    NAME = "姓名"


class Whose(StrEnum):
    """Whom a name belongs to, as far as the words around it tell."""

    MINOR = "minor"
    INFORMANT = "informant"
    OTHER = "other"


PROTECTED = frozenset({Whose.MINOR, Whose.INFORMANT})
"""Only the role that handles the clue may ever read these names."""


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """Half-open span [start, end) of the text as given, in code points."""

    kind: Kind
    start: int
    end: int
    whose: Whose = Whose.OTHER
