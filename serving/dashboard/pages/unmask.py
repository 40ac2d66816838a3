"""Reading a clue as it was sent: only with a reason, and the audit has it."""

from nicegui import ui

from serving.acts.reasons import UNMASK_REASONS
from serving.acts.unmask import WholeClue, unmask
from serving.dashboard.pages.page import handler, named_dialog
from serving.dashboard.seat import Seat
from serving.dashboard.telling import notice


def unmask_dialog(seat: Seat, clue_id: str) -> ui.dialog:
    with named_dialog("查看原文") as dialog, ui.element("div").classes("form"):
        ui.html(
            '<h2>查看原文</h2><p class="note warn">原文含个人信息。查看人、时间和理由会写入审计，'
            "不能删除；请只在确有需要时查看，不要抄录无关内容。</p>",
            sanitize=False,
        )
        reason = ui.select(dict(UNMASK_REASONS), label="理由", value=None).mark("unmask-reason")
        reason.props("outlined dense options-dense")
        shown = ui.element("div")

        @handler
        async def reveal() -> None:
            if not reason.value:
                notice("请先选择理由", "warning")
                return
            desk = seat.desk
            whole = await seat.act(
                lambda c, v: unmask(c, v, clue_id, reason.value, desk.unseal, now=desk.now())
            )
            shown.clear()
            with shown:
                _show(whole)

        def close() -> None:
            shown.clear()
            dialog.close()

        with ui.element("div").classes("row-end"):
            ui.button("关闭", on_click=close).props("flat no-caps")
            ui.button("查看", on_click=reveal).props("unelevated color=primary no-caps").mark(
                "reveal"
            )
    return dialog


def _show(whole: WholeClue) -> None:
    if whole.names_covered:
        ui.label("未成年人和举报人的姓名仍然遮盖").classes("note")
    parts = (whole.title, whole.text, whole.location and f"填写地点：{whole.location}")
    ui.label("\n\n".join(part for part in parts if part)).classes("whole").mark("whole-text")
