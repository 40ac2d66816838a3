"""Charts about how the service runs."""

from collections.abc import Mapping, Sequence

from serving.dashboard.charts.look import PERCENT, Option, Palette, axis, base
from serving.queries.operation import Day, DeadlinesKept


def volume_chart(days: Sequence[Day], look: Palette) -> Option:
    """Arrivals by day: what the model let through, and what it asked a person to look at."""
    bar = {"type": "bar", "stack": "n", "barCategoryGap": "15%"}
    return {
        **base(look, patterns=True),
        "xAxis": axis(look, "category", data=[day.day[5:] for day in days]),
        "yAxis": axis(look, "value"),
        "series": [
            {**bar, "name": "模型有把握", "color": look.series[0],
             "data": [day.received - day.abstained for day in days]},
            {**bar, "name": "请人看", "color": look.series[1],
             "data": [day.abstained for day in days]},
        ],
    }  # fmt: skip


def rates_chart(days: Sequence[Day], look: Palette) -> Option:
    """Over the last seven days before each day: share sent to a person, and share corrected."""
    line = {"type": "line", "showSymbol": False, "connectNulls": False}
    return {
        **base(look),
        "xAxis": axis(look, "category", data=[day.day[5:] for day in days]),
        "yAxis": axis(look, "value", min=0, axisLabel=PERCENT),
        "series": [
            {**line, "name": "请人看 / 到达", "color": look.series[1],
             "data": _rolling([(d.abstained, d.received) for d in days])},
            {**line, "name": "更正 / 已决定", "color": look.series[0],
             "lineStyle": {"type": "dashed"},
             "data": _rolling([(d.corrected, d.decided) for d in days])},
        ],
    }  # fmt: skip


def _rolling(parts: Sequence[tuple[int, int]], width: int = 7) -> list[float | None]:
    """Percentages over ``width`` days; None where there is nothing to divide by."""
    found: list[float | None] = []
    for end in range(1, len(parts) + 1):
        window = parts[max(0, end - width) : end]
        whole = sum(total for _, total in window)
        found.append(round(100 * sum(part for part, _ in window) / whole, 1) if whole else None)
    return found


def deadlines_chart(
    found: Sequence[DeadlinesKept], names: Mapping[str, str], look: Palette
) -> Option:
    bar = {"type": "bar", "stack": "n", "barWidth": 22}
    series = (("按时查看", "kept", look.series[2]), ("超期才看", "late", look.series[1]),
              ("未看，尚未到期", "waiting", look.series[4]),
              ("未看，已超期", "overdue", look.warn))  # fmt: skip
    return {
        **base(look, patterns=True),
        "xAxis": axis(look, "value"),
        "yAxis": axis(look, "category", inverse=True, data=[names[f.urgency] for f in found]),
        "series": [
            {**bar, "name": name, "color": colour, "data": [getattr(f, field) for f in found]}
            for name, field, colour in series
        ],
    }
