"""A page of figures in parts: the frame at once, each figure as soon as it is there.

A part that fails says so in its own place and takes nothing else along.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from nicegui import ui

from serving.dashboard.charts.look import Option
from serving.dashboard.telling import failed_state, loading_state

Draw = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """``draw`` fills the card. ``wide`` takes the whole row; ``height`` is what it will need."""

    title: str
    sub: str
    draw: Draw
    wide: bool = False
    height: int = 260


async def show_parts(parts: Sequence[Part]) -> None:
    """Draw the cards empty, then fill them in order once the browser is there."""
    bodies = []
    with ui.element("div").classes("grid-2"):
        for part in parts:
            card = ui.element("section").classes("chart-card").props(f'aria-label="{part.title}"')
            if part.wide:
                card.style("grid-column:1/-1")
            with card:
                ui.html(
                    Markup('<h2>{}</h2><p class="sub">{}</p>').format(part.title, part.sub),
                    sanitize=False,
                )
                body = ui.element("div")
                with body:
                    loading_state(part.height)
            bodies.append(body)
    await ui.context.client.connected()
    for part, body in zip(parts, bodies, strict=True):
        body.clear()
        with body:
            try:
                await part.draw()
            except Exception as error:
                failed_state(error)


def chart(option: Option, summary: str, height: int = 260) -> None:
    """A chart whose ``summary`` says in words what it shows."""
    drawn = ui.echart(option, renderer="svg").style(f"height:{height}px")
    drawn.props(f'role=img aria-label="{summary}"')


def warn(words: str | None) -> None:
    if words is not None:
        ui.html(Markup('<p class="note warn" role="note">{}</p>').format(words), sanitize=False)


def nothing(words: str) -> None:
    ui.html(Markup('<div class="state">{}</div>').format(words), sanitize=False)


def choices(label: str, entries: Sequence[tuple[str, str, bool]]) -> None:
    """Links side by side: address, name, whether it is the present one."""
    links = Markup("").join(
        Markup('<a href="{}"{}>{}</a>').format(
            address, Markup(' aria-current="true"') if current else "", name
        )
        for address, name, current in entries
    )
    ui.html(
        Markup('<span class="muted small">{0}</span> <span class="group" role="group" '
               'aria-label="{0}">{1}</span>').format(label, links),
        sanitize=False, tag="span",
    )  # fmt: skip
