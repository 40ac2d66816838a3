"""The tiles above the queue: a count each, and the list that the count counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from serving.dashboard.views.list_query import ListQuery


@dataclass(frozen=True, slots=True)
class Tile:
    """``key`` names the count; ``query`` is the list behind it."""

    key: str
    name: str
    query: ListQuery
    tone: str = ""


TILES = (
    Tile("alarm", "▲ 可能特急", ListQuery(view="open", alarm="1"), "critical"),
    Tile("overdue", "超期未看", ListQuery(view="open", overdue="1"), "critical"),
    Tile("todo", "待复核", ListQuery()),
    Tile("open", "未决定（含模型有把握的）", ListQuery(view="open")),
    Tile("second", "请人再看的", ListQuery(view="open", state="second_look")),
    Tile("all", "全部线索", ListQuery(view="all")),
)

_TILE = Markup(
    '<a class="tile {tone}" href="/{address}"{current}>'
    '<div class="n">{count:,}</div><div class="what">{name}</div></a>'
)


def tiles_html(counts: Mapping[str, int], query: ListQuery) -> Markup:
    tiles = (_tile(tile, counts[tile.key], tile.query == query) for tile in TILES)
    return Markup('<nav class="tiles" aria-label="按类别查看">{}</nav>').format(
        Markup("").join(tiles)
    )


def _tile(tile: Tile, count: int, current: bool) -> Markup:
    address = tile.query.address()
    return _TILE.format(
        tone=tile.tone if count else "",
        address=f"?{address}" if address else "",
        current=Markup(' aria-current="page"') if current else "",
        count=count,
        name=tile.name,
    )
