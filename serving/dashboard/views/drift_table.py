"""Drift in words: what was compared, how far it moved, and how likely that is by chance."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from serving.dashboard.views.names import Names
from serving.queries.drift import SIGNIFICANT, Drift
from serving.queries.shift_test import ENOUGH

_OF: Mapping[str, str] = {
    "module": "模块的分布",
    "urgency": "紧急程度的分布",
    "function": "承办职能的分布",
    "procuratorate": "承办院的分布",
    "confidence": "模块把握的分布",
    "corrected": "更正的比例",
}
_TABLE = Markup(
    '<div class="scroll"><table class="data"><caption>近 14 天与此前 60 天相比；p 为置换检验，'
    "六项同时检验，p 小于 {level:.4f} 才标为有变化</caption><thead><tr><th>比较什么</th>"
    '<th class="num">此前 n</th><th class="num">近期 n</th><th class="num">PSI</th>'
    '<th class="num">p</th><th>结论</th><th>变化最大的</th></tr></thead>'
    "<tbody>{rows}</tbody></table></div>"
)
_ROW = Markup(
    '<tr><td>{of}</td><td class="num">{before:,}</td><td class="num">{recent:,}</td>'
    '<td class="num">{index:.3f}</td><td class="num">{p}</td><td>{verdict}</td>'
    '<td class="small muted">{most}</td></tr>'
)


def drift_table(found: Iterable[Drift], names: Names) -> Markup:
    rows = Markup("").join(_row(drift, names) for drift in found)
    return _TABLE.format(level=SIGNIFICANT, rows=rows)


def _row(drift: Drift, names: Names) -> Markup:
    p = drift.shift.p_value
    return _ROW.format(
        of=_OF[drift.of], before=drift.shift.before, recent=drift.shift.recent,
        index=drift.shift.index, p="—" if p is None else f"{p:.4f}", verdict=_verdict(drift),
        most=most_moved(drift, names),
    )  # fmt: skip


def _verdict(drift: Drift) -> Markup:
    if drift.shift.p_value is None:
        return Markup('<span class="chip">不足 {} 件，不下结论</span>').format(ENOUGH)
    if drift.significant:
        return Markup('<span class="badge urgent">◆ 有变化</span>')
    return Markup('<span class="badge good">✓ 未见变化</span>')


def most_moved(drift: Drift, names: Names) -> str:
    """The label whose share moved furthest, with both shares and their n."""
    before, recent = drift.shift.before, drift.shift.recent
    if not before or not recent:
        return ""
    shares = {
        label: (drift.before.get(label, 0) / before, drift.recent.get(label, 0) / recent)
        for label in {*drift.before, *drift.recent}
    }
    label, (old, new) = max(sorted(shares.items()), key=lambda item: abs(item[1][1] - item[1][0]))
    return (
        f"{_label(drift.of, label, names)}：{old:.1%}（{drift.before.get(label, 0)}/{before}）→ "
        f"{new:.1%}（{drift.recent.get(label, 0)}/{recent}）"
    )


def _label(of: str, label: str, names: Names) -> str:
    if of in ("module", "urgency", "function"):
        return names.of(of, label).split("（")[0]
    if of == "procuratorate":
        return names.procuratorate(label)
    if of == "corrected":
        return {"corrected": "更正", "confirmed": "确认"}.get(label, label)
    low = min(int(float(label)), 9) * 10
    return f"{low}–{low + 10}%"
