"""A reviewer's morning in a real browser, by mouse, by keyboard, on a telephone, and with a
colleague at the same list."""

import pytest
from playwright.sync_api import expect

from tests.serving.dashboard.browser.conftest import Visit, Visitor

pytestmark = pytest.mark.slow


def _clue_of(visitor: Visitor) -> str:
    return visitor.page.url.split("/clue/")[1].split("?")[0]


def _open_first(visitor: Visitor) -> str:
    visitor.page.locator(".queue .line:not(.held)").first.click()
    visitor.page.wait_for_url("**/clue/**")
    visitor.settle()
    return _clue_of(visitor)


def test_two_clicks_settle_a_clue_and_the_next_one_opens(visit: Visit) -> None:
    jia = visit("yanshi-jia")
    settled = _open_first(jia)
    jia.page.get_by_role("button", name="确认").click()
    jia.page.wait_for_url(f"**after={settled}*")
    jia.settle()
    assert _clue_of(jia) != settled
    expect(jia.page.locator(".settled")).to_contain_text("已确认")
    jia.page.locator(".settled button").click()
    jia.page.wait_for_url(f"**/clue/{settled}")
    jia.settle()
    expect(jia.page.locator(".events")).to_contain_text("撤销")
    expect(jia.page.locator(".page-head .chip")).to_have_text("待处理")
    assert jia.complaints == []


def test_a_correction_offers_only_what_goes_together(visit: Visit) -> None:
    jia = visit("yanshi-jia")
    settled = _open_first(jia)
    jia.page.get_by_role("button", name="更正").click()
    form = jia.page.locator(".q-dialog .form")
    form.get_by_label("模块", exact=True).click()
    jia.page.get_by_role("option", name="未成年人保护").click()
    form.get_by_label("承办职能").click()
    options = jia.page.locator(".q-menu [role=option]")
    expect(options).to_have_text(["未成年人检察"])
    options.first.click()
    form.get_by_role("button", name="更正").click()
    jia.page.wait_for_url("**after=*")
    jia.open(f"/clue/{settled}")
    expect(jia.page.locator(".note").first).to_contain_text("未成年人保护")


def test_whoever_returns_a_clue_must_say_why(visit: Visit) -> None:
    jia = visit("yanshi-jia")
    settled = _open_first(jia)
    jia.page.get_by_role("button", name="退回").click()
    form = jia.page.locator(".q-dialog .form")
    form.get_by_role("button", name="退回").click()
    expect(jia.page.locator(".q-notification")).to_contain_text("退回须写明")
    form.get_by_label("原因").click()
    jia.page.get_by_role("option", name="与已有线索重复").click()
    form.get_by_role("button", name="退回").click()
    jia.page.wait_for_url(f"**after={settled}*")


def test_two_people_do_not_work_on_one_clue(visit: Visit) -> None:
    jia, yi = visit("yanshi-jia"), visit("yanshi-yi")
    held = _open_first(jia)
    expect(jia.page.locator(".actions button").first).to_be_enabled()
    yi.open("/")
    mine = yi.page.locator(f'.line[href*="{held}"]')
    expect(mine).to_contain_text("正在处理")
    assert _open_first(yi) != held
    yi.open(f"/clue/{held}")
    expect(yi.page.locator(".page-head")).to_contain_text("yanshi-jia 正在处理")
    expect(yi.page.get_by_role("button", name="确认")).to_be_disabled()


def test_the_morning_needs_no_mouse(visit: Visit) -> None:
    bing = visit("yanshi-bing")
    keys = bing.page.keyboard
    keys.press("j")
    expect(bing.page.locator(".queue .line").first).to_be_focused()
    bing.page.locator(".queue .line:not(.held)").first.focus()
    keys.press("Enter")
    bing.page.wait_for_url("**/clue/**")
    bing.settle()
    settled = _clue_of(bing)
    keys.press("4")
    expect(bing.page.locator(".q-dialog textarea")).to_be_visible()
    keys.press("Escape")
    expect(bing.page.locator(".q-dialog .form")).to_have_count(0)
    keys.press("1")
    bing.page.wait_for_url(f"**after={settled}*")
    bing.settle()
    bing.open("/")
    keys.press("/")
    keys.type("砖厂")
    expect(bing.page).to_have_url(f"{bing.site.address}/?search=%E7%A0%96%E5%8E%82")


def test_on_a_telephone_nothing_runs_off_the_side(visit: Visit) -> None:
    jia = visit("yanshi-jia", phone=True)
    for path in ("/", "/confidence", "/operation", "/report"):
        jia.open(path)
        width = jia.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, path
    jia.open("/")
    expect(jia.page.locator(".filters")).to_be_hidden()
    jia.page.get_by_role("button", name="筛选").tap()
    expect(jia.page.locator(".filters")).to_be_visible()
    jia.page.locator(".queue .line:not(.held)").first.tap()
    jia.page.wait_for_url("**/clue/**")
    jia.settle()
    expect(jia.page.get_by_role("button", name="确认")).to_be_in_viewport()


def test_the_original_is_shown_for_a_reason_only_and_the_audit_knows(visit: Visit) -> None:
    jia, auditor = visit("yanshi-jia"), visit("yanshi-shenji")
    read = _open_first(jia)
    jia.page.get_by_role("button", name="查看原文").click()
    form = jia.page.locator(".q-dialog .form")
    form.get_by_role("button", name="查看", exact=True).click()
    expect(jia.page.locator(".q-notification")).to_contain_text("请先选择理由")
    expect(form.locator(".whole")).to_have_count(0)
    form.get_by_label("理由").click()
    jia.page.get_by_role("option", name="需核实事实").click()
    form.get_by_role("button", name="查看", exact=True).click()
    expect(form.locator(".whole")).to_be_visible()
    auditor.open("/audit")
    expect(auditor.page.locator("table.chain tbody tr", has_text=read).first).to_contain_text(
        "查看原文"
    )
