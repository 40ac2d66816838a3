"""A real dashboard process and Debian's real Chromium before it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from model.clue import Clue
from model.triager import Triager
from serving.arrival.rows import arrival
from serving.dashboard.opening import open_desk
from serving.demonstration.accounts import PASSWORD
from serving.keys import ServiceKeys
from serving.storage.arrivals import store
from tests.serving.dashboard.conftest import settings_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--lang=zh-CN"]  # fmt: skip
HOSTILE = (
    '<script>window.stung=1</script><img src=x onerror="window.stung=2"> {{constructor.'
    "constructor('window.stung=3')()}} ${window.stung=4} </template><svg onload=window.stung=5> "
    "javascript:window.stung=6 \u202e邻居家孩子被锁在屋里三天没吃的，请马上来人。"
)


@dataclass(frozen=True)
class Site:
    """Where the dashboard listens, and the hostile clue that waits there."""

    address: str
    hostile_id: str = "EY-1"


@pytest.fixture(scope="session")
def site(filled: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(filled, folder)
    _add_hostile_clue(folder, bundle)
    port = _free_port()
    settings = settings_in(folder, bundle)
    environment = {
        **os.environ,
        "FENZHEN_DATABASE_URL": settings.database_url,
        "FENZHEN_FILES": str(settings.files),
        "FENZHEN_MODEL": str(bundle),
        "FENZHEN_UNDO_SECONDS": "60",
    }
    command = [sys.executable, "-m", "fenzhen", "dashboard", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield Site(address)
    finally:
        process.terminate()
        _, log = process.communicate(timeout=20)
    assert "Error" not in log, log
    assert "孩子" not in log


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("没有 Chromium：请先运行 make browser（Debian：apt-get install chromium）")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Someone with a browser of their own; ``outside`` is what it asked of anybody else."""

    page: Page
    site: Site
    outside: list[str]
    complaints: list[str]

    def open(self, path: str) -> None:
        self.page.goto(self.site.address + path)
        self.settle()

    def settle(self) -> None:
        """Until the page has its socket and nothing is being read."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(
            "window.socket?.connected && !document.querySelector('.skeleton')"
        )


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """``visit("yanshi-jia")`` logs in at the door; None stays before it."""
    contexts: list[BrowserContext] = []

    def come(username: str | None, *, phone: bool = False, dark: bool = False) -> Visitor:
        size = {"width": 390, "height": 844} if phone else {"width": 1366, "height": 768}
        context = browser.new_context(
            viewport=size, color_scheme="dark" if dark else "light", locale="zh-CN",
            has_touch=phone, is_mobile=phone,
        )  # fmt: skip
        contexts.append(context)
        visitor = _watched(context.new_page(), site)
        if username is not None:
            visitor.page.goto(f"{site.address}/login")
            visitor.page.fill("[name=username]", username)
            visitor.page.fill("[name=password]", PASSWORD)
            visitor.page.click("form button")
            visitor.settle()
        return visitor

    yield come
    for context in contexts:
        context.close()


def _watched(page: Page, site: Site) -> Visitor:
    visitor = Visitor(page, site, [], [])
    page.on("request", lambda r: visitor.outside.append(r.url) if _leaves(r.url, site) else None)
    page.on("websocket", lambda w: visitor.outside.append(w.url) if _leaves(w.url, site) else None)
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    return visitor


def _leaves(url: str, site: Site) -> bool:
    inside = (site.address, site.address.replace("http", "ws"), "data:", "blob:")
    return not url.startswith(inside)


def _add_hostile_clue(folder: Path, bundle: Path) -> None:
    settings = settings_in(folder, bundle)
    desk, triager = open_desk(settings), Triager.load(bundle)
    clue = Clue(clue_id="EY-1", title=HOSTILE[:60], text=HOSTILE, channel="<b>微信</b>",
                location="<i>城关区</i>")  # fmt: skip
    row = arrival(clue, triager.triage(clue), triager.taxonomy,
                  ServiceKeys(settings).seal, datetime.now(UTC), 1.0)  # fmt: skip
    with desk.database.write() as connection:
        store(connection, [row])
    desk.database.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, process: "subprocess.Popen[str]") -> None:
    for _ in range(300):
        assert process.poll() is None, process.communicate()[1]
        try:
            with urlopen(f"{address}/healthz", timeout=1):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the dashboard did not start")
