"""Moments in words, in Asia/Shanghai, and what is left of a deadline."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from model.deadlines import SHANGHAI

Tone = Literal["late", "soon", "calm"]


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """``words`` say it without the colour that ``tone`` gives."""

    words: str
    tone: Tone


def at_minute(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def short(moment: datetime) -> str:
    """Month, day and time: for lists of this year's clues."""
    return f"{moment.astimezone(SHANGHAI):%m-%d %H:%M}"


def time_left(deadline: datetime, now: datetime) -> TimeLeft:
    """``soon`` is within two hours."""
    left = deadline - now
    if left < timedelta(0):
        return TimeLeft(f"超期 {span(-left)}", "late")
    return TimeLeft(f"剩 {span(left)}", "soon" if left <= timedelta(hours=2) else "calm")


def span(length: timedelta) -> str:
    """In the one or two units that matter: 3 天 2 小时, 5 小时, 12 分."""
    minutes = int(length.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days >= 10:
        return f"{days} 天"
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours >= 4 or (hours and not minutes % 60):
        return f"{hours} 小时"
    return f"{hours} 小时 {minutes % 60} 分" if hours else f"{minutes % 60} 分"


def days_until(day: date, now: datetime) -> str:
    """How far a date is away: 今天, 还有 5 天, 已过 2 天."""
    days = (day - now.astimezone(SHANGHAI).date()).days
    if days == 0:
        return "今天"
    return f"还有 {days} 天" if days > 0 else f"已过 {-days} 天"


def start_of_day(day: date) -> datetime:
    """The first moment of a day of Asia/Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
