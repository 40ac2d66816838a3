"""What a page of figures is about, as it stands in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from serving.dashboard.views.moments import start_of_day, today
from serving.queries.stats import HEADS, Head, Scope

SPANS: Mapping[str, str] = {"30": "近 30 天", "90": "近 90 天", "365": "近一年", "": "全部"}


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """``days`` is a key of SPANS; empty codes leave open."""

    head: Head = "module"
    days: str = "90"
    module: str = ""
    procuratorate: str = ""
    model: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "FigureQuery":
        head, days = parameters.get("head", "module"), parameters.get("days", "90")
        return cls(
            head=head if head in HEADS else "module",
            days=days if days in SPANS else "90",
            module=parameters.get("module", "")[:64],
            procuratorate=parameters.get("procuratorate", "")[:64],
            model=parameters.get("model", "")[:64],
        )

    def with_(self, **changes: str) -> "FigureQuery":
        return replace(self, **changes)  # type: ignore[arg-type]

    def address(self) -> str:
        values = {"head": self.head, "days": self.days, "module": self.module,
                  "procuratorate": self.procuratorate, "model": self.model}  # fmt: skip
        return urlencode({k: v for k, v in values.items() if v or k == "days"})

    def scope(self, now: datetime) -> Scope:
        since = None
        if self.days:
            since = start_of_day(today(now) - timedelta(days=int(self.days) - 1))
        return Scope(
            received_from=since,
            module=self.module or None,
            procuratorate=self.procuratorate or None,
            model_version=self.model or None,
        )
