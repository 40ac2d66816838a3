"""The month of a report."""

from dataclasses import dataclass
from datetime import date, datetime

from serving.dashboard.views.moments import start_of_day, today
from serving.queries.stats import Scope


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of Asia/Shanghai."""

    year: int
    month: int

    @classmethod
    def of(cls, now: datetime) -> "Month":
        day = today(now)
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """``2026-11``; None for anything else, or outside 1990–2099."""
        try:
            day = date.fromisoformat(f"{text}-01")
        except ValueError:
            return None
        return cls(day.year, day.month) if 1990 <= day.year < 2100 else None

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def name(self) -> str:
        return f"{self.year}年{self.month}月"

    def plus(self, months: int) -> "Month":
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    @property
    def starts(self) -> datetime:
        return start_of_day(date(self.year, self.month, 1))

    @property
    def scope(self) -> Scope:
        return Scope(received_from=self.starts, received_until=self.plus(1).starts)
