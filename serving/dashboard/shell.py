"""The frame around every page: who is here, where one can go, whether the data is a show."""

from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import Markup
from nicegui import ui

from serving.access.policy import Action
from serving.dashboard.assets import head
from serving.dashboard.form_page import STRIP
from serving.dashboard.seat import Seat
from serving.dashboard.views.names import ROLES

PLACES = (
    ("/", "待办", Action.READ_CLUES),
    ("/confidence", "置信度", Action.READ_STATS),
    ("/operation", "运行", Action.READ_STATS),
    ("/report", "报表", Action.MAKE_REPORT),
    ("/audit", "审计", Action.READ_AUDIT),
)

_TOP = Markup(
    '{strip}<a class="skip" href="#main">跳到正文</a><header class="top">'
    '<a class="brand" href="/">分诊</a><nav aria-label="主导航">{links}</nav>'
    '<div class="who"><span class="name">{name} · {role}</span>'
    '<button class="plain" type="button" data-switch-theme aria-label="切换明暗">明/暗</button>'
    '<a class="plain" href="/password">密码</a>'
    '<form method="post" action="/logout"><button class="plain">退出</button></form></div></header>'
)


@contextmanager
def frame(seat: Seat, title: str, here: str) -> Iterator[None]:
    """The page's content goes inside."""
    ui.page_title(f"{title} · 分诊")
    ui.add_head_html(head())
    ui.dark_mode({"dark": True, "light": False}.get(seat.theme))
    ui.html(_top(seat, here), sanitize=False)
    with ui.element("main").classes("page").props("id=main"):
        yield


def _top(seat: Seat, here: str) -> Markup:
    return _TOP.format(
        strip=STRIP if seat.desk.demonstration else "",
        links=Markup("").join(_links(seat, here)),
        name=seat.member.display_name,
        role=ROLES.get(seat.member.role, seat.member.role),
    )


def _links(seat: Seat, here: str) -> Iterator[Markup]:
    for path, name, action in PLACES:
        if seat.may(action):
            current = Markup(' aria-current="page"') if path == here else ""
            yield Markup('<a href="{}"{}>{}</a>').format(path, current, name)


def heading(title: str, beside: str = "") -> None:
    ui.html(
        Markup(
            '<div class="page-head"><h1>{}</h1><span class="muted small">{}</span></div>'
        ).format(title, beside),
        sanitize=False,
    )
