"""A report as HTML: a fragment for the page, and a file that needs nothing else."""

from markupsafe import Markup

from serving.dashboard.report.tables import MonthReport, ReportTable, shown

_STYLE = Markup(
    "body{font:14px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#1a222d;"
    "max-width:900px;margin:32px auto;padding:0 16px}h1{font-size:22px}h2{font-size:16px;"
    "margin:28px 0 4px}p{color:#505b69;font-size:12px;margin:0 0 6px}table{border-collapse:"
    "collapse;width:100%}th,td{border-bottom:1px solid #d5dae1;padding:4px 8px;text-align:left}"
    "th{color:#505b69;font-size:12px}.num{text-align:right;font-variant-numeric:tabular-nums}"
    ".demo{background:#ffe9b8;color:#5b3a00;padding:6px 12px}"
)
_DOCUMENT = Markup(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
    "<style>{style}</style></head><body>{demo}<h1>{title}</h1><p>生成于 {made_at}（北京时间）"
    "</p>{tables}</body></html>"
)
_DEMO = Markup('<div class="demo"><b>演示数据</b>：线索为人工拟写，复核为程序模拟</div>')
_TABLE = Markup(
    '<section><h2>{title}</h2><p class="muted small">{note}</p><div class="scroll">'
    '<table class="data"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    "</section>"
)


def as_document(report: MonthReport) -> str:
    """One file, to be opened without any network."""
    return str(_DOCUMENT.format(
        title=report.title, style=_STYLE, made_at=report.made_at,
        demo=_DEMO if report.demonstration else "", tables=as_fragment(report),
    ))  # fmt: skip


def as_fragment(report: MonthReport) -> Markup:
    return Markup("").join(map(_table, report.tables))


def _table(table: ReportTable) -> Markup:
    kinds = table.kinds()
    heads = Markup("").join(
        Markup('<th class="{}">{}</th>').format("num" if kind else "", name)
        for kind, name in zip(kinds, table.names(), strict=True)
    )
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td class="{}">{}</td>').format("num" if kind else "", shown(cell, kind))
                for kind, cell in zip(kinds, row, strict=True)
            )
        )
        for row in table.rows
    )
    if not table.rows:
        rows = Markup('<tr><td colspan="{}" class="muted">没有</td></tr>').format(len(kinds))
    return _TABLE.format(title=table.title, note=table.note, heads=heads, rows=rows)
