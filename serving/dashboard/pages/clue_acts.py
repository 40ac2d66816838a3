"""What one may do with a clue: confirm, correct, return, second look; each one click or one key."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from nicegui import ui

from serving.access.policy import Action
from serving.acts.decision import Decision
from serving.acts.reasons import RETURN_REASONS
from serving.acts.review import review
from serving.dashboard.next_clue import next_clue
from serving.dashboard.pages.correct_form import correct_dialog
from serving.dashboard.pages.page import handler, named_dialog
from serving.dashboard.pages.unmask import unmask_dialog
from serving.dashboard.views.addresses import clue_address

if TYPE_CHECKING:
    from serving.dashboard.pages.clue import OpenClue

Decide = Callable[[Decision], Awaitable[None]]


def action_bar(clue: "OpenClue", held: bool) -> None:
    with ui.element("div").classes("actions").props('role=group aria-label="处理"'):
        if clue.detail.purged_at is not None:
            ui.label("内容已清除，不能再处理").classes("muted small")
        elif clue.seat.may(Action.REVIEW):
            _reviewing(clue, held)
        else:
            ui.label("您的角色只能查看，不能处理").classes("muted small")
        if clue.seat.may(Action.UNMASK) and clue.detail.purged_at is None:
            dialog = unmask_dialog(clue.seat, clue.detail.clue_id)
            _button("查看原文", "5", dialog.open, held=False).props("flat")


def _reviewing(clue: "OpenClue", held: bool) -> None:
    @handler
    async def decide(decision: Decision) -> None:
        await _decide(clue, decision)

    async def confirm() -> None:
        await decide(Decision("confirm"))

    correction, returning = correct_dialog(clue, decide), _return_dialog(decide)
    second = _note_dialog(decide)
    _button("确认", "1", confirm, held).props("unelevated color=primary")
    _button("更正", "2", correction.open, held).props("outline")
    _button("退回", "3", returning.open, held).props("outline")
    _button("请人再看", "4", second.open, held).props("outline")


def _button(name: str, key: str, act: Callable[..., object], held: bool) -> ui.button:
    button = ui.button(on_click=act).props(f'no-caps data-key="{key}" aria-label="{name}"')
    with button:
        ui.html(f'{name}<span class="key" aria-hidden="true">{key}</span>', sanitize=False)
    button.mark(f"act-{key}")
    button.set_enabled(not held)
    return button


async def _decide(clue: "OpenClue", decision: Decision) -> None:
    """Store it, then open the next clue of the same list."""
    seat, detail, desk = clue.seat, clue.detail, clue.seat.desk
    now = desk.now()
    await seat.act(
        lambda c, v: review(
            c, v, detail.clue_id, detail.version, decision, desk.names.taxonomy,
            desk.unseal, now=now, undo=desk.undo,
        )
    )  # fmt: skip
    following = await seat.ask(lambda c, v: next_clue(c, v, clue.query, detail.clue_id, now))
    kept = clue.query.with_().address()
    address = "&".join(part for part in (kept, urlencode({"after": detail.clue_id})) if part)
    ui.navigate.to(clue_address(following, address) if following else f"/?{address}")


def _return_dialog(decide: Decide) -> ui.dialog:
    with named_dialog("退回") as dialog, ui.element("div").classes("form"):
        ui.html("<h2>退回</h2>", sanitize=False)
        reason = ui.select(dict(RETURN_REASONS), label="原因", value=None).mark("return-reason")
        reason.props("outlined dense options-dense autofocus")
        note = _note_field()

        async def send() -> None:
            await decide(Decision("return", reason=reason.value, note=note.value or None))

        _ends(dialog, "退回", send)
    return dialog


def _note_dialog(decide: Decide) -> ui.dialog:
    with named_dialog("请人再看") as dialog, ui.element("div").classes("form"):
        ui.html("<h2>请人再看</h2>", sanitize=False)
        note = _note_field("想请同事看什么")

        async def send() -> None:
            await decide(Decision("second_look", note=note.value or None))

        _ends(dialog, "转给同事", send)
    return dialog


def _note_field(label: str = "备注（可不填；个人信息会被遮盖）") -> ui.textarea:
    return ui.textarea(label).props("outlined dense autogrow maxlength=500")


def _ends(dialog: ui.dialog, name: str, send: Callable[[], Awaitable[None]]) -> None:
    with ui.element("div").classes("row-end"):
        ui.button("取消", on_click=dialog.close).props("flat no-caps")
        ui.button(name, on_click=send).props("unelevated color=primary no-caps").mark("send")
