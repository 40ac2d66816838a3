"""Which days are worked in China: official holidays and make-up days, and the office's own."""

from datetime import date, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

import chinese_calendar
from pydantic import model_validator

from model.conditions import Configured
from model.configuration import parse_configuration, read_configuration

_PUBLISHED = range(
    min(chinese_calendar.holidays).year,
    max(chinese_calendar.holidays).year + 1,
)
"""Years whose State Council notice the ``chinesecalendar`` package holds."""


class WorkingCalendar(Configured):
    """``holidays`` and ``workdays`` overrule the published notices and weekends.

    Days after ``known_until`` are unknown: nobody has said yet which of them are worked.
    """

    known_until: date
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise ValueError(f"{both[0]} 既在 holidays 又在 workdays 中，只能选一")
        entered = {day.year for day in self.holidays}
        for year in range(_PUBLISHED.stop, self.known_until.year + 1):
            if year not in entered:
                raise ValueError(
                    f"known_until 到 {year} 年，但 holidays 中没有该年的放假日，请先填写"
                )
        return self

    def knows(self, day: date) -> bool:
        return _PUBLISHED.start <= day.year and day <= self.known_until

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is worked; unknown days all count, as calendar days do."""
        if day in self._own:
            return self._own[day]
        if not self.knows(day):
            return True
        if day.year in _PUBLISHED:
            return _published_workday(day)
        return day.weekday() < 5

    def after(self, day: date, working_days: int) -> date:
        """The day on which that many working days after ``day`` have passed."""
        while working_days:
            day += timedelta(days=1)
            working_days -= self.is_working_day(day)
        return day

    @cached_property
    def _own(self) -> dict[date, bool]:
        return dict.fromkeys(self.holidays, False) | dict.fromkeys(self.workdays, True)


@lru_cache(maxsize=4096)
def _published_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def parse_calendar(source_name: str, content: str) -> WorkingCalendar:
    """The calendar in ``content``; raises ``InvalidConfiguration`` with all mistakes."""
    return parse_configuration(source_name, content, WorkingCalendar, lambda data: ())


def load_calendar(path: Path) -> WorkingCalendar:
    """The calendar in the file ``path``; raises ``InvalidConfiguration`` with all mistakes."""
    return parse_calendar(path.name, read_configuration(path))
