"""The filters above the list."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement

from serving.dashboard.views.list_query import ListQuery
from serving.dashboard.views.names import STATES, Names

Narrow = Callable[[ListQuery], Awaitable[None]]


def filter_bar(query: ListQuery, names: Names, versions: list[str], narrow: Narrow) -> None:
    """Calls ``narrow`` with the query as changed by whoever changes a field."""
    law = names.taxonomy
    choices: dict[str, tuple[str, Mapping[str, str]]] = {
        "urgency": ("紧急程度", {u.code: u.name for u in law.urgencies}),
        "module": ("模块", {m.code: names.module(m.code) for m in law.modules}),
        "procuratorate": ("承办院", {p.code: p.short_name for p in law.procuratorates}),
        "reason": ("为何要看", {r.code: r.name for r in law.review_reasons}),
        "model": ("模型", {v: v[:8] for v in versions}),
    }
    if query.view == "all":
        choices["state"] = ("状态", STATES)
    fields: dict[str, ValueElement[Any]] = {}
    current = query

    async def changed(name: str, value: str | None) -> None:
        nonlocal current
        if (value or "") != getattr(current, name):
            current = current.with_(**{name: value or ""})
            await narrow(current)

    async def clear() -> None:
        nonlocal current
        current = current.cleared()
        for field in fields.values():
            field.value = ""
        await narrow(current)

    wide = " wide" if "state" in choices else ""
    with ui.element("div").classes("filters" + wide).props('role=search aria-label="筛选"'):
        for name, (label, options) in choices.items():
            fields[name] = _select(name, label, options, getattr(query, name), changed)
        for name, label in (("since", "到达日期从"), ("until", "到")):
            fields[name] = _day(name, label, getattr(query, name), changed)
        fields["search"] = _search(query.search, changed)
        ui.button("清除条件", on_click=clear).props("flat no-caps")


Changed = Callable[[str, str | None], Awaitable[None]]


def _select(
    name: str, label: str, options: Mapping[str, str], value: str, changed: Changed
) -> ui.select:
    known = {"": "不限", **options}
    select = ui.select(
        known,
        label=label,
        value=value if value in known else "",
        on_change=lambda event: changed(name, event.value),
    )
    return select.props("dense outlined options-dense").mark(f"filter-{name}")


def _day(name: str, label: str, value: str, changed: Changed) -> ui.input:
    field = ui.input(label, value=value, on_change=lambda event: changed(name, event.value))
    return field.props("dense outlined type=date stack-label").mark(f"filter-{name}")


def _search(value: str, changed: Changed) -> ui.input:
    field = ui.input(
        "编号或字样", value=value, on_change=lambda event: changed("search", event.value)
    )
    field.props("dense outlined clearable debounce=400 maxlength=100 data-search=1")
    return field.mark("filter-search")
