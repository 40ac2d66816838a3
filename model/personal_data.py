"""Personal data of the mainland in running text: numbers that identify a person or reach one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric

_EDGE = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_TAIL = "[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警]"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """Half-open span [start, end) of the text, and what kind of number stands there."""

    kind: str
    start: int
    end: int


def _is_telephone(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "CN"))
    except phonenumbers.NumberParseException:
        return False


def _always(_: str) -> bool:
    return True


_RECOGNISERS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    # GB 11643-1999: region, date of birth, serial number, check character (ISO 7064 MOD 11-2).
    ("身份证号", re.compile(rf"{_EDGE}\d{{17}}[\dXx]{_END}"), ric.is_valid),
    # ISO/IEC 7812-1: issuer, account, Luhn's check digit.
    ("银行卡号", re.compile(rf"{_EDGE}[3-6]\d{{15,18}}{_END}"), luhn.is_valid),
    # The ranges in service, from the library of Google's libphonenumber.
    ("电话号码", re.compile(rf"{_EDGE}(?:\+?86[- ]?)?(?:1\d{{10}}|0\d{{2,3}}-?\d{{7,8}}){_END}"),
     _is_telephone),
    # GA 36-2018: province, office, five characters, or six for new-energy vehicles; no I, no O.
    ("车牌号", re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][·• ]?{_TAIL}{_END}"),
     _always),
    # RFC 5322, the part of it that mail providers give out.
    ("电子邮箱", re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"),
     _always),
)  # fmt: skip


def find_personal_data(text: str) -> Iterator[PersonalDatum]:
    """Numbers that pass the check of their kind, kind by kind; a span is reported once."""
    taken: list[tuple[int, int]] = []
    for kind, pattern, passes in _RECOGNISERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if passes(match.group()) and all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                yield PersonalDatum(kind, start, end)
