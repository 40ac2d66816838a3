"""Head, span of time, module, unit and model of a page of figures, as links and fields."""

from nicegui import ui

from serving.dashboard.pages.parts import choices
from serving.dashboard.seat import Seat
from serving.dashboard.views.names import HEADS
from serving.dashboard.views.scopes import SPANS, FigureQuery
from serving.queries.stats import HEADS as ORDER


def scope_bar(seat: Seat, path: str, query: FigureQuery, versions: list[str], heads: bool) -> None:
    """Every choice is an address of its own, so that a figure can be sent to a colleague."""
    names = seat.desk.names

    def go(**changes: str) -> None:
        ui.navigate.to(f"{path}?{query.with_(**changes).address()}")

    with ui.element("div").classes("scope").props('role=search aria-label="范围"'):
        if heads:
            choices("判断", [
                (f"{path}?{query.with_(head=head).address()}", HEADS[head], head == query.head)
                for head in ORDER
            ])  # fmt: skip
        choices("到达", [
            (f"{path}?{query.with_(days=days).address()}", name, days == query.days)
            for days, name in SPANS.items()
        ])  # fmt: skip
        law = names.taxonomy
        _field("模块", {m.code: names.module(m.code) for m in law.modules}, query.module,
               lambda value: go(module=value))  # fmt: skip
        _field("承办院", {p.code: p.short_name for p in law.procuratorates}, query.procuratorate,
               lambda value: go(procuratorate=value))  # fmt: skip
        _field("模型", {v: v[:8] for v in versions}, query.model, lambda value: go(model=value))


def _field(label: str, options: dict[str, str], value: str, go: object) -> None:
    assert callable(go)  # noqa: S101
    known = {"": "不限", **options}
    ui.select(
        known, label=label, value=value if value in known else "",
        on_change=lambda event: go(event.value),
    ).props("dense outlined options-dense").style("width:150px")  # fmt: skip
