"""The four numbers beside the slider."""

from markupsafe import Markup

from serving.dashboard.views.shares import interval, percent
from serving.dashboard.views.thresholds import WhatIf, signed

_TILES = Markup(
    '<div class="what-if">'
    '<div class="tile"><div class="n">{through}</div><div class="what">放行 {n_through:,} / '
    "{n:,} 件</div></div>"
    '<div class="tile"><div class="n">{more_through}</div><div class="what">比现在多放行（件）'
    "</div></div>"
    '<div class="tile"><div class="n">{wrong}</div><div class="what">放行中错误 {n_wrong:,} 件，'
    "{interval}</div></div>"
    '<div class="tile {tone}"><div class="n">{more_wrong}</div><div class="what">比现在多错（件）'
    "</div></div></div>"
    '<p class="muted small" style="margin-top:8px">这里只是估算，不改动阈值；阈值在训练时选定，'
    "写在模型包里。</p>"
)


def what_if_tiles(found: WhatIf) -> Markup:
    return _TILES.format(
        through=percent(found.let_through.value), n_through=found.let_through.right,
        n=found.let_through.total, more_through=signed(found.more_through),
        wrong=percent(found.wrong.value), n_wrong=found.wrong.right,
        interval=interval(found.wrong), more_wrong=signed(found.more_wrong),
        tone="critical" if found.more_wrong > 0 else "",
    )  # fmt: skip
