"""Moments as spreadsheets, labelling tools and people write them."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EXCEL_ORIGIN = datetime(1899, 12, 30)
"""Day 0 of Excel's 1900 date system as it counts from March 1900 on (ECMA-376 part 1, 18.17.4)."""
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 … 2119
_EARLIEST, _LATEST = 1990, 2100
_NUMBER = re.compile(r"\d+(\.\d+)?")
_DATE = re.compile(r"(\d{4})[年/.](\d{1,2})[月/.](\d{1,2})日?")
_CLOCK = re.compile(r"[ T]*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})秒?|分)?")


class UnclearMoment(ValueError):
    """Text that is no moment; the message is Chinese and holds none of it."""


def read_moment(value: object) -> str:
    """ISO 8601 of a date or moment; what is ISO 8601 already stays as it was written.

    ``2023年2月9日 10:05``, ``2023/2/9``, ``20230209`` and Excel's day numbers are read too.
    Raises UnclearMoment for anything else, also for a year before 1990 or after 2100.
    """
    if isinstance(value, bool):
        raise UnclearMoment("应为时间，请写作 2023-02-09 10:00")
    text = str(value).strip()
    found = _from_number(text) if _NUMBER.fullmatch(text) else _from_words(text)
    try:
        moment = datetime.fromisoformat(found)
    except ValueError as error:
        raise UnclearMoment("时间无法识别，请写作 2023-02-09 10:00") from error
    if not _EARLIEST <= moment.year <= _LATEST:
        raise UnclearMoment(f"年份 {moment.year} 不合理，请检查这一格是否为日期")
    return found


def is_day_number(value: object) -> bool:
    """Whether this is a date that Excel shows as a number, ``45123`` or ``45123.5``."""
    text = str(value).strip()
    return bool(_NUMBER.fullmatch(text)) and int(float(text)) in _EXCEL_DAYS


def instant(text: str) -> datetime:
    """The moment in UTC; without an offset it is read as Asia/Shanghai, empty as the earliest."""
    if not text:
        return datetime.min.replace(tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).astimezone(UTC)


def _from_number(text: str) -> str:
    if is_day_number(text):
        moment = _EXCEL_ORIGIN + timedelta(seconds=round(float(text) * 86_400))
        return moment.isoformat()
    if len(text) == 8:
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    raise UnclearMoment("时间写成了数字，请把这一列设为日期格式，或写作 2023-02-09 10:00")


def _from_words(text: str) -> str:
    date = _DATE.match(text)
    if date is None:
        return text
    year, month, day = (int(part) for part in date.groups())
    clock = _CLOCK.fullmatch(text[date.end() :].strip())
    if clock is None:
        return f"{year:04}-{month:02}-{day:02}" if date.end() == len(text) else text
    hour, minute, second = (int(part or 0) for part in clock.groups())
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
