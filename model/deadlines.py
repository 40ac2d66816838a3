"""By when a person must have looked, replied and reported.

The limits, their legal basis and the way of counting stand in the taxonomy
(人民检察院刑事诉讼规则第161、163条). The day of receipt does not count.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from model.errors import InvalidClue
from model.taxonomy import Taxonomy, TimeLimits
from model.triage import Deadlines
from model.working_days import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
_YEARS = range(1990, 2100)


def deadlines_for(
    urgency: str,
    module: str,
    function: str,
    submitted_at: datetime,
    taxonomy: Taxonomy,
    calendar: WorkingCalendar,
    *,
    text: str,
) -> Deadlines:
    """The deadlines of a clue submitted at ``submitted_at`` (naive: Asia/Shanghai).

    ``text`` is cleaned; its words decide which particular limits are told.
    Raises ``InvalidClue`` for a moment outside 1990–2099, and ``KeyError`` for an unknown urgency.
    """
    moment = in_shanghai(submitted_at)
    day, limits = moment.date(), taxonomy.deadlines
    by_calendar = day + timedelta(days=limits.reply_days)
    by_working = calendar.after(day, limits.reply_days)
    in_working_days = limits.counting == "working"
    notes = [
        _other_count(limits, by_calendar, by_working),
        *_unknown_days(day, by_working, calendar),
        *(
            f"{particular.text}（{particular.legal_basis}）"
            for particular in limits.particulars
            if particular.in_force(day) and particular.when.holds_for(module, function, text)
        ),
    ]
    return Deadlines(
        first_look_by=_hours_later(moment, taxonomy.urgency_by_code[urgency].first_look_hours),
        procedural_reply_by=by_working if in_working_days else by_calendar,
        result_by=_months_later(day, limits.result_months),
        basis=f"{limits.reply_basis}；{limits.result_basis}",
        note="；".join(notes) + "。",
    )


def in_shanghai(moment: datetime) -> datetime:
    """The moment in Shanghai's time; a naive one is already meant so.

    Raises ``InvalidClue`` outside 1990–2099.
    """
    if moment.year not in _YEARS:
        raise InvalidClue(
            f"提交时间的年份 {moment.year} 不在 {_YEARS.start}–{_YEARS.stop - 1} 年之间，请核对"
        )
    return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def _hours_later(moment: datetime, hours: int) -> datetime:
    # added in UTC: the summer time of 1990 and 1991 would bend local arithmetic
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(SHANGHAI)


def _months_later(day: date, months: int) -> date:
    """The same day of the month, or the last one of a shorter month: 30 November + 3 = 28 Feb."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _other_count(limits: TimeLimits, by_calendar: date, by_working: date) -> str:
    """The reply day by the other way of counting: provinces read “七日” differently."""
    if limits.counting == "working":
        return f"程序性答复按工作日计；按自然日计为 {by_calendar}"
    return f"程序性答复按自然日计；按工作日计为 {by_working}"


def _unknown_days(day: date, until: date, calendar: WorkingCalendar) -> list[str]:
    if calendar.knows(day) and calendar.knows(until):
        return []
    return [
        f"有日期不在工作日历之内（日历到 {calendar.known_until} 为止），该部分按自然日计算，"
        "请在 calendar.yaml 中补充放假安排"
    ]
