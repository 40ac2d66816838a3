"""The strip about the clue that was settled a moment ago, with the way back."""

from nicegui import ui

from serving.acts.decision import Decision
from serving.acts.review import review
from serving.dashboard.pages.page import handler
from serving.dashboard.seat import Seat
from serving.dashboard.views.addresses import clue_address
from serving.dashboard.views.history import undoable
from serving.dashboard.views.names import ACTS
from serving.queries.clue_detail import clue_detail
from serving.queries.errors import UnknownClueError


async def settled_strip(seat: Seat, clue_id: str) -> None:
    """Nothing where there is no such act, or where it can no longer be undone."""
    if not clue_id:
        return
    desk = seat.desk
    now = desk.now()
    try:
        detail = await seat.ask(lambda c, v: clue_detail(c, v, clue_id, now=now))
    except UnknownClueError:
        return
    event = undoable(detail, seat.name, now, desk.undo)
    if event is None:
        return

    @handler
    async def undo() -> None:
        await seat.act(
            lambda c, v: review(
                c, v, clue_id, detail.version, Decision("withdraw"), desk.names.taxonomy,
                desk.unseal, now=desk.now(), undo=desk.undo,
            )
        )  # fmt: skip
        ui.navigate.to(clue_address(clue_id))

    left = int((event.at + desk.undo - now).total_seconds())
    with ui.element("div").classes("settled").props("role=status") as strip:
        ui.label(f"✓ 已{ACTS[event.act]}：{detail.title or clue_id}")
        undoing = ui.button(f"撤销（{left} 秒内）", on_click=undo)
        undoing.props('flat dense no-caps data-key="u"').mark("undo")
    ui.timer(max(1, left), lambda: strip.set_visibility(False), once=True, immediate=False)
