"""What the model said against what people decided; every cell opens its clues."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from serving.dashboard.views.names import HEADS, Names
from serving.queries.quality import Cell
from serving.queries.stats import Head

Within = Mapping[str, str]

_TABLE = Markup(
    '<div class="scroll"><table class="data confusion"><caption>{caption}</caption><thead><tr>'
    '<th scope="col">模型 ＼ 人工</th>{heads}<th class="num" scope="col">合计</th></tr></thead>'
    "<tbody>{rows}</tbody></table></div>"
)


def confusion_table(found: Sequence[Cell], head: Head, names: Names, within: Within) -> Markup:
    """``within``: what narrows the figures, by the fields of the list's filter."""
    law = names.taxonomy
    counts = {(cell.proposed, cell.decided): cell.number for cell in found}
    order = {
        "module": [module.code for module in law.modules],
        "urgency": [urgency.code for urgency in law.urgencies],
        "function": [function.code for function in law.functions],
    }[head]
    seen: set[str] = {code for pair in counts for code in pair}
    codes = [code for code in order if code in seen] + sorted(seen.difference(order))
    heads = Markup("").join(
        Markup('<th class="num rot" scope="col">{}</th>').format(_name(names, head, code))
        for code in codes
    )
    rows = Markup("").join(_row(counts, code, codes, head, names, within) for code in codes)
    caption = f"{HEADS[head]}：每行是模型的建议，每列是人工的决定；点数字看这些线索"
    return _TABLE.format(caption=caption, heads=heads, rows=rows)


def _name(names: Names, head: Head, code: str) -> str:
    return names.of(head, code).split("（")[0]


def _row(
    counts: Mapping[tuple[str, str], int], proposed: str, codes: list[str], head: Head,
    names: Names, within: Within,
) -> Markup:  # fmt: skip
    cells = Markup("").join(
        _cell(counts.get((proposed, decided), 0), proposed, decided, head, within)
        for decided in codes
    )
    total = sum(counts.get((proposed, decided), 0) for decided in codes)
    return Markup('<tr><th scope="row">{}</th>{}<td class="num">{:,}</td></tr>').format(
        _name(names, head, proposed), cells, total
    )


def _cell(number: int, proposed: str, decided: str, head: Head, within: Within) -> Markup:
    if not number:
        return Markup('<td class="num muted">·</td>')
    address = {"view": "all", "decided": "1", **within, f"proposed_{head}": proposed, head: decided}
    kind = "hit" if proposed == decided else "miss"
    return Markup('<td class="{}"><a href="/?{}">{:,}</a></td>').format(
        kind, urlencode({k: v for k, v in address.items() if v}), number
    )
