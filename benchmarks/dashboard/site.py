"""A dashboard on demonstration data of a chosen size, in a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from serving.dashboard.settings import DashboardSettings
from serving.demonstration.accounts import PASSWORD
from serving.demonstration.making import ensure

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--lang=zh-CN"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    address: str
    pid: int

    def resident_mib(self) -> float:
        """Memory of the dashboard's process."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


@contextmanager
def site(folder: Path, clues: int) -> Iterator[Site]:
    """Fills ``folder`` first, unless it is filled."""
    settings = DashboardSettings(
        database_url=f"sqlite:///{folder / 'demonstration.db'}", files=folder / "files"
    )
    ensure(settings, clues, fresh=False, now=datetime.now(UTC), tell=print)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "FENZHEN_DATABASE_URL": settings.database_url,
                   "FENZHEN_FILES": str(settings.files)}  # fmt: skip
    command = [sys.executable, "-m", "fenzhen", "dashboard", "--port", str(port)]
    process = subprocess.Popen(command, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield Site(address, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("no Chromium: run make browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def log_in(context: BrowserContext, site: Site, username: str) -> Page:
    page = context.new_page()
    page.goto(f"{site.address}/login")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form button")
    settle(page)
    return page


def settle(page: Page) -> None:
    """Until the page has its socket and nothing is being read."""
    page.wait_for_load_state("load")
    page.wait_for_function("window.socket?.connected && !document.querySelector('.skeleton')",
                           timeout=120_000)  # fmt: skip


def _wait_for(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(f"{address}/healthz", timeout=1):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the dashboard did not start")
