"""Every page, for every role that may see it, and for those that may not."""

import asyncio
from datetime import timedelta
from urllib.parse import quote

import pytest
from nicegui import ui
from sqlalchemy import select

from model.clue import Clue
from model.triager import Triager
from serving.acts.decision import Decision
from serving.acts.review import review
from serving.arrival.comparing import compare_all
from serving.arrival.rows import arrival
from serving.dashboard.desk import Desk
from serving.dashboard.views.addresses import clue_address
from serving.queries.clue_list import work_queue
from serving.queries.filters import ClueFilter
from serving.storage.arrivals import store
from serving.storage.tables import leases
from tests.serving.arrivals import opened, sealed
from tests.serving.dashboard.conftest import Seated
from tests.serving.people import JIA

pytestmark = pytest.mark.asyncio

PEOPLE = {
    "reviewer": "yanshi-jia", "intake": "yanshi-shouli", "analyst": "yanshi-fenxi",
    "auditor": "yanshi-shenji", "admin": "yanshi-guanli",
}  # fmt: skip
PAGES = {"/": "待复核", "/confidence": "可靠性图", "/operation": "漂移", "/report": "下载 Excel",
         "/audit": "校验整条审计链"}  # fmt: skip
SEEN = {
    "reviewer": {"/", "/confidence", "/operation", "/report"},
    "intake": {"/", "/confidence", "/operation"},
    "analyst": {"/", "/confidence", "/operation", "/report"},
    "auditor": {"/confidence", "/operation", "/audit"},
    "admin": {"/confidence", "/operation"},
}


@pytest.mark.parametrize("role", PEOPLE)
async def test_each_role_sees_the_pages_of_its_duty_and_no_other(seated: Seated, role: str) -> None:
    async with seated(PEOPLE[role]) as user:
        for path, words in PAGES.items():
            await user.open(path)
            await user.should_see("演示数据")
            if path in SEEN[role]:
                await user.should_see(words)
            elif path == "/":
                await user.should_see("可靠性图")  # a role without a queue begins elsewhere
            else:
                await user.should_see("您没有查看这一页的权限")
                await user.should_not_see(words)


async def test_the_queue_lists_the_clues_in_the_order_of_the_query(
    seated: Seated, desk: Desk
) -> None:
    with desk.database.read() as connection:
        page = work_queue(connection, JIA, ClueFilter(open=True, needs_review=True), limit=5,
                          now=desk.now())  # fmt: skip
    async with seated("yanshi-jia") as user:
        await user.open("/")
        shown = _whole_html(user)
    places = [shown.index(f"/clue/{line.clue_id}") for line in page.items]
    assert places == sorted(places)


async def test_a_filter_narrows_list_and_count_alike(seated: Seated) -> None:
    async with seated("yanshi-jia") as user:
        await user.open("/?view=all")
        await user.should_see("共 <b>160</b> 件")
        user.find(marker="filter-module").elements.pop().value = "minor_protection"
        await user.should_not_see("共 <b>160</b> 件")
        shown = _whole_html(user)
    count = int(shown.split("共 <b>")[1].split("</b>")[0])
    assert 0 < count <= 50
    assert shown.count('<a class="line') == count


async def test_a_search_that_finds_nothing_says_what_to_do(seated: Seated) -> None:
    async with seated("yanshi-jia") as user:
        await user.open("/?search=没有任何线索写过这几个字")
        await user.should_see("没有符合条件的线索")


async def test_a_clue_stays_claimed_until_its_last_open_page_is_gone(
    seated: Seated, desk: Desk
) -> None:
    clue_id = first_open(desk)
    async with seated("yanshi-jia") as user:
        before_the_reload = await user.open(f"/clue/{clue_id}")
        reloaded = await user.open(f"/clue/{clue_id}")
        assert await _holder_is("user:yanshi-jia", desk, clue_id)
        before_the_reload.delete()
        await asyncio.sleep(0.5)  # what a page does by itself, it does in the background
        assert await _holder_is("user:yanshi-jia", desk, clue_id)
        reloaded.delete()
        assert await _holder_is(None, desk, clue_id)


async def test_a_clue_shows_text_proposal_deadlines_and_history(seated: Seated, desk: Desk) -> None:
    clue_id = first_open(desk)
    async with seated("yanshi-jia") as user:
        await user.open(f"/clue/{clue_id}")
        for words in ("承办单位", "规则：", "依据：", "程序答复", "把握", "经过", "收到线索"):
            await user.should_see(words)


async def test_a_repeat_is_marked_in_the_queue_and_shown_with_the_clue(
    seated: Seated, desk: Desk, triager: Triager
) -> None:
    words = "皋兰县什川镇一家洗沙场把泥水直接排进梨园边的水渠，渠里都是黄泥。"
    for number in range(2):
        clue = Clue(clue_id=f"repeat-{number}", text=words)
        rows = arrival(clue, triager.triage(clue), triager.taxonomy, sealed, desk.now(), 1.0)
        with desk.database.write() as connection:
            store(connection, [rows])
    async with seated("yanshi-jia") as user:
        await user.open(clue_address("repeat-1"))
        await user.should_see("正在与以往的线索比对")
        compare_all(desk.database, desk.now())
        await user.open(clue_address("repeat-1"))
        await user.should_see("相似线索（1）")
        await user.open("/?view=all&search=repeat-1")
        await user.should_see("≈ 相似 1 件")


async def test_an_unknown_clue_is_told_not_thrown(seated: Seated) -> None:
    async with seated("yanshi-jia") as user:
        await user.open("/clue/没有这一件")
        await user.should_see("没有这个编号的线索")


async def test_who_may_only_read_has_no_buttons(seated: Seated, desk: Desk) -> None:
    async with seated("yanshi-fenxi") as user:
        await user.open(f"/clue/{first_open(desk)}")
        await user.should_see("您的角色只能查看，不能处理")
        await user.should_not_see(marker="act-1")
        await user.should_not_see(marker="act-5")


async def test_the_slider_tells_what_another_threshold_would_do(seated: Seated) -> None:
    async with seated("yanshi-jia") as user:
        await user.open("/confidence")
        await user.should_see(marker="threshold", retries=30)
        slider = user.find(ui.slider).elements.pop()
        slider.value = 0
        await user.should_see("若把阈值改为 0%")
        await user.should_see("100.0%")


async def test_the_auditor_proves_the_chain(seated: Seated) -> None:
    async with seated("yanshi-shenji") as user:
        await user.open("/audit")
        user.find(marker="verify").click()
        await user.should_see("✓ 完整", retries=20)


async def _holder_is(name: str | None, desk: Desk, clue_id: str) -> bool:
    """Whether that becomes true within ten seconds."""
    query = select(leases.c.holder).where(leases.c.clue_id == clue_id)
    for _ in range(100):
        with desk.database.read() as connection:
            if connection.execute(query).scalar() == name:
                return True
        await asyncio.sleep(0.1)
    return False


def first_open(desk: Desk) -> str:
    with desk.database.read() as connection:
        wanted = ClueFilter(open=True, needs_review=True)
        return work_queue(connection, JIA, wanted, limit=1, now=desk.now()).items[0].clue_id


HOSTILE = "<script>alert(1)<img src=x onerror=alert(1)>"


async def test_no_stored_field_is_ever_more_than_words(
    seated: Seated, desk: Desk, triager: Triager
) -> None:
    """Whatever a sender or a colleague may write: every field of a clue, its id, and a note."""
    clue = Clue(clue_id=HOSTILE, text=f"{HOSTILE}砖厂排黑烟", title=HOSTILE, location=HOSTILE,
                channel=HOSTILE)  # fmt: skip
    now = desk.now()
    rows = arrival(clue, triager.triage(clue), triager.taxonomy, sealed, now, 1.0)
    with desk.database.write() as connection:
        store(connection, [rows])
        review(connection, JIA, HOSTILE, 0, Decision("confirm", note=HOSTILE), triager.taxonomy,
               opened, now=now, undo=timedelta())  # fmt: skip
    pages = {"yanshi-jia": (f"/?view=all&search={quote(HOSTILE)}", clue_address(HOSTILE)),
             "yanshi-shenji": ("/audit",)}  # fmt: skip
    for name, paths in pages.items():
        async with seated(name) as user:
            for path in paths:
                await user.open(path)
                shown = _whole_html(user)
                assert "<script" not in shown and "<img" not in shown
                assert "&lt;script&gt;" in shown


def _whole_html(user: object) -> str:
    with user:  # type: ignore[attr-defined]
        return "".join(e.content for e in user.find(ui.html).elements)  # type: ignore[attr-defined]
