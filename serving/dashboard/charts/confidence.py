"""Charts about how much the model's confidence is worth."""

from collections.abc import Sequence

from serving.dashboard.charts.look import PERCENT, Option, Palette, axis, base
from serving.queries.curves import Operating, Reliability


def histogram_chart(counts: Sequence[int], threshold: float, look: Palette) -> Option:
    """Answers per bin of confidence; what lies below the threshold is another colour."""
    bins = len(counts)
    edges = [round(100 * number / bins) for number in range(bins + 1)]
    asked = [n if edges[i + 1] <= threshold * 100 else 0 for i, n in enumerate(counts)]
    through = [n - a for n, a in zip(counts, asked, strict=True)]
    bar = {"type": "bar", "stack": "n", "barCategoryGap": "8%"}
    return {
        **base(look, patterns=True),
        "xAxis": axis(look, "category", data=[f"{low}%" for low in edges[:-1]]),
        "yAxis": axis(look, "value"),
        "series": [
            {**bar, "name": "低于阈值", "data": asked, "color": look.series[1]},
            {**bar, "name": "达到阈值（含阈值所在格）", "data": through, "color": look.series[0]},
        ],
    }


def reliability_chart(points: Sequence[Reliability], look: Palette) -> Option:
    """Per bin: what was said, what came true, and its 95 % interval as a bar."""
    low = [round(p.share.low * 100, 1) for p in points]
    width = [round((p.share.high - p.share.low) * 100, 1) for p in points]
    true = [round(100 * p.share.right / p.share.total, 1) for p in points]
    said = [round(p.confidence * 100, 1) for p in points]
    names = [f"{_bin(p)}\nn={p.share.total}" for p in points]
    hidden = {"itemStyle": {"color": "transparent"}, "silent": True, "tooltip": {"show": False}}
    return {
        **base(look),
        "legend": {**base(look)["legend"], "data": ["实际判对", "模型所说", "95% 区间"]},
        "xAxis": axis(look, "category", data=names, axisLabel={"interval": 0}),
        "yAxis": axis(look, "value", min=0, max=100, axisLabel=PERCENT),
        "series": [
            {"type": "bar", "stack": "i", "name": "下界", "data": low, "barWidth": 12, **hidden},
            {"type": "bar", "stack": "i", "name": "95% 区间", "data": width, "barWidth": 12,
             "itemStyle": {"color": look.series[0], "opacity": 0.35}},
            {"type": "scatter", "name": "实际判对", "data": true, "symbol": "circle",
             "symbolSize": 10, "color": look.series[0]},
            {"type": "line", "name": "模型所说", "data": said, "symbol": "diamond",
             "symbolSize": 9, "lineStyle": {"type": "dashed"}, "color": look.series[1]},
        ],
    }  # fmt: skip


def _bin(point: Reliability) -> str:
    start = min(int(point.confidence * 10), 9) * 10
    return f"{start}–{start + 10}%"


def risk_coverage_chart(
    curve: Sequence[Operating], present: tuple[float, float], look: Palette
) -> Option:
    """Share let through against the share of those that is wrong; ``present`` is today's point."""
    points = [
        [round(100 * (p.let_through.value or 0), 1), round(100 * (p.wrong.value or 0), 2)]
        for p in curve
    ]
    here = [round(present[0] * 100, 1), round(present[1] * 100, 2)]
    return {
        **base(look),
        "tooltip": {**base(look)["tooltip"], "trigger": "item"},
        "xAxis": axis(look, "value", min=0, max=100, axisLabel=PERCENT),
        "yAxis": axis(look, "value", min=0, axisLabel=PERCENT),
        "series": [
            {"type": "line", "name": "放行比例 → 其中错误", "data": points, "showSymbol": False,
             "color": look.series[0]},
            {"type": "scatter", "name": "现用阈值", "data": [here], "symbol": "diamond",
             "symbolSize": 14, "color": look.series[1]},
        ],
    }  # fmt: skip
