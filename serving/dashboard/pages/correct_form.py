"""The form of a correction: every choice narrows what the others may be."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from nicegui import ui

from serving.acts.decision import Decision
from serving.acts.reasons import CORRECTION_REASONS
from serving.dashboard.pages.page import named_dialog
from serving.dashboard.views.correction import offer, with_module
from serving.queries.clue_detail import Labels

if TYPE_CHECKING:
    from serving.dashboard.pages.clue import OpenClue

Decide = Callable[[Decision], Awaitable[None]]


def correct_dialog(clue: "OpenClue", decide: Decide) -> ui.dialog:
    with named_dialog("更正") as dialog, ui.element("div").classes("form"):
        _Form(clue, decide, dialog)
    return dialog


class _Form:
    """Fields over ``chosen``; only ``module`` changes what the others offer."""

    def __init__(self, clue: "OpenClue", decide: Decide, dialog: ui.dialog) -> None:
        self.taxonomy = clue.seat.desk.names.taxonomy
        self.chosen = self.proposed = clue.detail.labels
        self._decide = decide
        offered = offer(self.chosen, self.taxonomy)
        ui.html("<h2>更正</h2>", sanitize=False)
        self.module = _select("模块", offered.modules, self.chosen.module, "module")
        self.function = _select("承办职能", offered.functions, self.chosen.function, "function")
        self.urgency = _select("紧急程度", offered.urgencies, self.chosen.urgency, "urgency")
        self.procuratorate = _select(
            "承办院", offered.procuratorates, self.chosen.procuratorate, "procuratorate"
        )
        self.secondary = ui.select(
            offered.secondary, label="次要模块（可多选，可不选）",
            value=list(self.chosen.secondary_modules), multiple=True,
        ).props("outlined dense options-dense use-chips").mark("correct-secondary")  # fmt: skip
        self.reason = ui.select(
            {"": "不写", **CORRECTION_REASONS}, label="主要错在哪里", value=""
        ).props("outlined dense options-dense")
        self.note = ui.textarea("备注（可不填；个人信息会被遮盖）")
        self.note.props("outlined dense autogrow maxlength=500")
        self.module.on_value_change(self._follow_module)
        with ui.element("div").classes("row-end"):
            ui.button("取消", on_click=dialog.close).props("flat no-caps")
            send = ui.button("更正", on_click=self._send)
            send.props("unelevated color=primary no-caps").mark("send-correction")

    def _follow_module(self) -> None:
        self.chosen = with_module(self._labels(), self.module.value, self.taxonomy)
        offered = offer(self.chosen, self.taxonomy)
        self.function.set_options(offered.functions, value=self.chosen.function)
        kept = [code for code in self.chosen.secondary_modules if code in offered.secondary]
        self.secondary.set_options(offered.secondary, value=kept)

    def _labels(self) -> Labels:
        return replace(
            self.chosen,
            module=self.module.value,
            function=self.function.value,
            urgency=self.urgency.value,
            procuratorate=self.procuratorate.value,
            secondary_modules=tuple(self.secondary.value),
        )

    async def _send(self) -> None:
        labels = self._labels()
        if labels == self.proposed:
            ui.notify("与现有标签相同；没有要更正的，请用“确认”", position="bottom")
            return
        await self._decide(
            Decision("correct", labels, self.reason.value or None, self.note.value or None)
        )


def _select(label: str, options: dict[str, str], value: str, name: str) -> ui.select:
    field = ui.select(options, label=label, value=value if value in options else None)
    return field.props("outlined dense options-dense").mark(f"correct-{name}")
