"""The filter of a list as it stands in the address: shareable, and kept from clue to clue."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from serving.dashboard.views.moments import start_of_day
from serving.queries.filters import ClueFilter


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Codes and words as they were chosen; empty ones leave open.

    ``view``: ``todo`` what needs a look, ``open`` all that is undecided, ``all`` every clue.
    ``since`` and ``until`` are days of Asia/Shanghai, both included.
    """

    view: str = "todo"
    urgency: str = ""
    module: str = ""
    procuratorate: str = ""
    function: str = ""
    state: str = ""
    reason: str = ""
    model: str = ""
    since: str = ""
    until: str = ""
    search: str = ""
    overdue: str = ""
    alarm: str = ""
    decided: str = ""
    proposed_module: str = ""
    proposed_urgency: str = ""
    proposed_function: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "ListQuery":
        """What is not understood is left out: an address that someone mistyped still opens."""
        known = {f.name: parameters[f.name][:200] for f in fields(cls) if f.name in parameters}
        if known.get("view") not in (None, "todo", "open", "all"):
            del known["view"]
        for name in ("since", "until"):
            if not _day(known.get(name, "")):
                known.pop(name, None)
        return cls(**known)

    def address(self) -> str:
        """As a query string, without what is empty."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return urlencode({k: v for k, v in values.items() if v and (k, v) != ("view", "todo")})

    def cleared(self) -> "ListQuery":
        return ListQuery(view=self.view)

    @property
    def narrowed(self) -> bool:
        return self != self.cleared()

    def with_(self, **changes: str) -> "ListQuery":
        return replace(self, **changes)


def as_filter(query: ListQuery, now: datetime) -> ClueFilter:
    """The filter that the query layer understands."""
    since, until = _day(query.since), _day(query.until)
    return ClueFilter(
        module=query.module or None,
        urgency=query.urgency or None,
        function=query.function or None,
        procuratorate=query.procuratorate or None,
        state=query.state or None,
        model_version=query.model or None,
        reason=query.reason or None,
        open=None if query.view == "all" else True,
        decided=True if query.decided else None,
        to_look_at=True if query.view == "todo" else None,
        alarm=True if query.alarm else None,
        overdue_at=now if query.overdue else None,
        received_from=start_of_day(since) if since else None,
        received_until=start_of_day(until + timedelta(days=1)) if until else None,
        proposed_module=query.proposed_module or None,
        proposed_urgency=query.proposed_urgency or None,
        proposed_function=query.proposed_function or None,
        search=query.search.strip() or None,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day < date(2100, 1, 1) else None
