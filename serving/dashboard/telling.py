"""What a person is told when something could not be done; never a traceback, nothing private."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import Markup
from nicegui import ui

from model.errors import FenzhenError
from serving.access.errors import NotAuthenticated

_LOG = logging.getLogger("fenzhen.dashboard")


@contextmanager
def told() -> Iterator[None]:
    """Errors inside become a notice on the page; what was typed stays where it is."""
    try:
        yield
    except NotAuthenticated as error:
        notice(error.detail, "warning")
        ui.navigate.to("/login")
    except FenzhenError as error:
        notice(error.detail, "negative")


def notice(words: str, kind: str = "positive") -> None:
    """A line at the bottom, read out by readers of screens."""
    colours = {"positive": "green-9", "negative": "red-10", "warning": "orange-10"}
    ui.notify(words, color=colours[kind], position="bottom", timeout=6000,
              attrs={"role": "status"})  # fmt: skip


def empty_state(title: str, advice: str) -> None:
    ui.html(Markup('<div class="state"><b>{}</b>{}</div>').format(title, advice), sanitize=False)


def failed_state(error: Exception) -> None:
    """In place of what could not be shown."""
    words = error.detail if isinstance(error, FenzhenError) else defect(error)
    ui.html(Markup('<div class="failed" role="alert">{}</div>').format(words), sanitize=False)


def loading_state(height: int) -> None:
    ui.html(
        Markup('<div class="skeleton" style="height:{}px" role="status" aria-label="正在读取">'
               "</div>").format(height),
        sanitize=False,
    )  # fmt: skip


def defect(error: Exception) -> str:
    """Note a defect of ours without its message, which may quote a clue."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
    _LOG.error("%s at %s", type(error).__name__, place)
    return "程序出错，没有完成。请重新打开本页再试；仍然如此的，请告诉管理员出错的时间。"
