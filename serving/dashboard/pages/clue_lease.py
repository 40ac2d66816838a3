"""The claim on the clue that is open before somebody: taken, renewed, given back."""

from typing import TYPE_CHECKING

from nicegui import ui

from model.errors import FenzhenError
from serving.access.policy import Action
from serving.acts.claims import claim, release
from serving.acts.decision import OPEN_STATES
from serving.dashboard.telling import told

if TYPE_CHECKING:
    from serving.dashboard.pages.clue import OpenClue

_RENEW_SECONDS = 300


def keep_lease(clue: "OpenClue") -> None:
    """Claim once the browser is there – a mere GET changes nothing – and until it goes away."""
    seat, detail = clue.seat, clue.detail
    held_by_other = detail.holder not in (None, seat.name)
    if held_by_other or detail.state not in OPEN_STATES or not seat.may(Action.CLAIM):
        return
    client, pages = ui.context.client, seat.desk.open_pages
    page = (seat.name, detail.clue_id, client.id)

    async def take() -> None:
        pages.add(page)
        with client, told():
            await seat.quiet.act(lambda c, v: claim(c, v, detail.clue_id, now=seat.desk.now()))

    def still_open() -> bool:
        """Whoever reloads, or comes back to the clue, has it before them still."""
        return any(open_page[:2] == page[:2] for open_page in pages)

    async def give_back() -> None:
        pages.discard(page)
        if still_open():
            return
        try:
            await seat.quiet.act(lambda c, v: release(c, v, detail.clue_id, now=seat.desk.now()))
            if still_open():  # by now
                await seat.quiet.act(lambda c, v: claim(c, v, detail.clue_id, now=seat.desk.now()))
        except FenzhenError:
            return  # the lease runs out by itself

    client.on_connect(take)
    client.on_delete(give_back)
    ui.timer(_RENEW_SECONDS, take, immediate=False)
