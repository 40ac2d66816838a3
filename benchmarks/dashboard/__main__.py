"""``python -m benchmarks.dashboard FOLDER CLUES``: how fast the pages are, and for how many.

FOLDER keeps the demonstration data, so that a second run need not fill it again.
"""

import os
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.dashboard.site import Site, chromium, log_in, settle, site

_ROUNDS = 3
_SETTLED = 15
_PEOPLE = 20
_ACTS = 3
_PAGES = ("/", "/?view=all", "/confidence", "/operation", "/report")
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"


def main() -> None:
    folder, clues = Path(sys.argv[1]), int(sys.argv[2])
    with site(folder, clues) as where, chromium() as browser:
        print(f"{clues:,} clues, load average {os.getloadavg()[0]:.1f}")
        _pages(browser, where)
        _morning(browser, where)
        _many(browser, where)


def _pages(browser: Browser, where: Site) -> None:
    """A warm browser cache, as on any day but the first; medians of a few rounds."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = log_in(context, where, "yanshi-jia")
    line = page.locator(".queue .line").nth(5).get_attribute("href") or "/"
    for path in (*_PAGES, line.split("?")[0]):
        page.goto(where.address + path)
        settle(page)
        measured = [_timed(page, where.address + path) for _ in range(_ROUNDS)]
        paint, ready, whole = (statistics.median(m[i] for m in measured) for i in range(3))
        print(f"{path[:24]:26} first paint {paint:.2f} s, interactive {ready:.2f} s, "
              f"all figures {whole:.2f} s")  # fmt: skip
    context.close()


def _timed(page: Page, address: str) -> tuple[float, float, float]:
    """Seconds to the first contentful paint, to an open socket, and to the last figure."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function("window.socket?.connected", timeout=60_000)
    ready = time.perf_counter() - began
    settle(page)
    whole = time.perf_counter() - began
    return page.evaluate(_PAINT) / 1000, ready, whole


def _morning(browser: Browser, where: Site) -> None:
    """Confirm one after another: from the click to the next clue, ready to be settled."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = log_in(context, where, "yanshi-yi")
    page.locator(".queue .line:not(.held)").first.click()
    page.wait_for_url("**/clue/**")
    settle(page)
    clicks, seconds = 1, []
    for _ in range(_SETTLED):
        began, before = time.perf_counter(), page.url
        page.get_by_role("button", name="确认").click()
        clicks += 1
        page.wait_for_function("before => location.href !== before", arg=before)
        settle(page)
        seconds.append(time.perf_counter() - began)
    print(f"morning: {clicks / _SETTLED:.2f} clicks and {statistics.median(seconds):.2f} s "
          f"(median, machine's share) per settled clue, {_SETTLED} clues")  # fmt: skip
    context.close()


def _many(browser: Browser, where: Site) -> None:
    """Twenty sessions open at once, each settling a few clues; nobody may see an error."""
    before = where.resident_mib()
    contexts: list[BrowserContext] = []
    pages = []
    for number in range(_PEOPLE):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        pages.append(log_in(context, where, ("yanshi-jia", "yanshi-yi", "yanshi-bing")[number % 3]))
    opened = where.resident_mib()
    errors = sum(_works(page, where) for page in pages * _ACTS)
    print(f"{_PEOPLE} sessions at once, {_PEOPLE * _ACTS} clues opened and settled: "
          f"{errors} errors; {(opened - before) / _PEOPLE:.1f} MiB a session "
          f"({before:.0f} → {opened:.0f} → {where.resident_mib():.0f} MiB)")  # fmt: skip
    for context in contexts:
        context.close()


def _works(page: Page, where: Site) -> int:
    """Open a clue that is free and confirm it; 1 if the page shows an error."""
    page.goto(f"{where.address}/?view=open")
    settle(page)
    page.locator(".queue .line:not(.held)").first.click()
    page.wait_for_url("**/clue/**")
    settle(page)
    button = page.get_by_role("button", name="确认")
    if button.is_enabled():
        before = page.url
        button.click()
        page.wait_for_function("before => location.href !== before", arg=before)
        settle(page)
    return int(page.locator(".failed, .q-notification.bg-red-10").count() > 0)


if __name__ == "__main__":
    main()
