"""Shares as a table: n, the share, its interval in figures and drawn to scale."""

from collections.abc import Iterable

from markupsafe import Markup

from serving.dashboard.views.shares import interval, percent
from serving.queries.curves import FEW, Share

_ROW = Markup(
    '<tr><td>{name}</td><td class="num">{total:,}</td><td class="num">{right:,}</td>'
    '<td class="num"><b>{percent}</b></td><td class="num small muted">{interval}</td>'
    '<td class="span" aria-hidden="true">{drawing}</td></tr>'
)
_DRAWING = Markup(
    '<span class="track"><i style="left:{low:.1f}%;width:{width:.1f}%"></i>'
    '<b style="left:{at:.1f}%"></b></span>'
)
_TABLE = Markup(
    '<div class="scroll"><table class="data"><caption>{caption}</caption><thead><tr><th>{of}</th>'
    '<th class="num">{n}</th><th class="num">{right}</th><th class="num">{share}</th>'
    '<th class="num">95% 区间</th><th class="span" aria-hidden="true">0–100%</th></tr></thead>'
    "<tbody>{rows}</tbody></table></div>"
)


def share_table(
    caption: str, of: str, rows: Iterable[tuple[str, Share]], *, n: str = "复核 n",
    right: str = "判对", share: str = "准确率",
) -> Markup:  # fmt: skip
    """Rows of fewer than FEW reviewed clues say so."""
    body = Markup("").join(_row(name, found) for name, found in rows)
    return _TABLE.format(caption=caption, of=of, n=n, right=right, share=share, rows=body)


def _row(name: str, found: Share) -> Markup:
    few = Markup(' <span class="chip">不足 {} 件</span>').format(FEW) if found.total < FEW else ""
    drawing = Markup("")
    if found.value is not None:
        drawing = _DRAWING.format(
            low=found.low * 100, width=(found.high - found.low) * 100, at=found.value * 100
        )
    return _ROW.format(
        name=Markup("{}{}").format(name, few), total=found.total, right=found.right,
        percent=percent(found.value), interval=interval(found).removeprefix("区间 "),
        drawing=drawing,
    )  # fmt: skip
