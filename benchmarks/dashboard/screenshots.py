"""``python -m benchmarks.dashboard.screenshots docs/img``: every page, as the manual shows it."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.dashboard.site import Site, chromium, log_in, settle, site

_CLUES = 1500
_PAGES = (("待办", "/"), ("置信度", "/confidence"), ("运行", "/operation"), ("报表", "/report"))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        site(Path(scratch), _CLUES) as where,
        chromium() as browser,
    ):
        _desk(browser, where, folder)
        _auditor(browser, where, folder)
        _others(browser, where, folder)


def _desk(browser: Browser, where: Site, folder: Path) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme="light")
    page = log_in(context, where, "yanshi-jia")
    for name, path in _PAGES:
        page.goto(where.address + path)
        settle(page)
        _take(page, folder / f"{name}.png")
    page.goto(f"{where.address}/")
    settle(page)
    page.locator(".queue .line").nth(2).click()
    page.wait_for_url("**/clue/**")
    settle(page)
    _take(page, folder / "一件线索.png")
    page.get_by_role("button", name="更正").click()
    _take(page, folder / "更正.png")
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="确认").click()
    page.wait_for_selector(".settled")
    settle(page)
    _take(page, folder / "撤销.png")


def _auditor(browser: Browser, where: Site, folder: Path) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme="light")
    page = log_in(context, where, "yanshi-shenji")
    page.goto(f"{where.address}/audit")
    settle(page)
    page.get_by_role("button", name="校验整条审计链").click()
    page.get_by_text("✓ 完整").wait_for()
    _take(page, folder / "审计.png")


def _others(browser: Browser, where: Site, folder: Path) -> None:
    door = browser.new_page(viewport={"width": 1366, "height": 768})
    door.goto(f"{where.address}/login")
    _take(door, folder / "登录.png")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True,
                                has_touch=True)  # fmt: skip
    page = log_in(phone, where, "yanshi-yi")
    _take(page, folder / "手机.png")
    dark = browser.new_context(viewport={"width": 1366, "height": 768}, color_scheme="dark")
    page = log_in(dark, where, "yanshi-bing")
    page.locator(".queue .line:not(.held)").nth(4).click()
    page.wait_for_url("**/clue/**")
    settle(page)
    _take(page, folder / "夜间.png")


def _take(page: Page, path: Path) -> None:
    page.wait_for_timeout(900)
    page.screenshot(path=path)


if __name__ == "__main__":
    main()
