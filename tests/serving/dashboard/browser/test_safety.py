"""What a hostile clue, another site or a curious page must not achieve; and what axe finds."""

import socket
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.serving.dashboard.browser.conftest import HOSTILE, Site, Visit

pytestmark = pytest.mark.slow

_WITHOUT_SIGNS = """message => {
  const copy = message.cloneNode(true);
  copy.querySelectorAll(".tag").forEach(sign => sign.remove());
  return copy.textContent;
}"""

PAGES = ("/", "/?view=all", "/confidence", "/confidence?head=urgency", "/operation", "/report")


def test_a_hostile_clue_is_only_ever_words(visit: Visit) -> None:
    jia = visit("yanshi-jia")
    dialogs: list[str] = []
    jia.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    jia.open("/?view=all&search=EY-1")
    expect(jia.page.locator(".queue .line")).to_contain_text("window.stung=1")
    jia.open(f"/clue/{jia.site.hostile_id}")
    words = jia.page.locator(".message").first.evaluate(_WITHOUT_SIGNS)
    assert words == HOSTILE
    expect(jia.page.locator(".page-head")).to_contain_text("<b>微信</b>")
    jia.page.get_by_role("button", name="查看原文").click()
    form = jia.page.locator(".q-dialog .form")
    form.get_by_label("理由").click()
    jia.page.get_by_role("option", name="需核实事实").click()
    form.get_by_role("button", name="查看", exact=True).click()
    expect(form.locator(".whole")).to_contain_text("<script>")
    assert jia.page.evaluate("window.stung") is None
    assert dialogs == []


def test_no_page_asks_anything_of_anybody_else(visit: Visit) -> None:
    jia, auditor = visit("yanshi-jia"), visit("yanshi-shenji")
    for path in PAGES:
        jia.open(path)
    jia.open(f"/clue/{jia.site.hostile_id}")
    auditor.open("/audit")
    assert jia.outside == []
    assert auditor.outside == []
    assert jia.complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious(visit: Visit, dark: bool) -> None:
    door = visit(None, dark=dark)
    door.page.goto(f"{door.site.address}/login")
    found = _serious(door.page)
    jia, auditor = visit("yanshi-jia", dark=dark), visit("yanshi-shenji", dark=dark)
    for path in (*PAGES, f"/clue/{jia.site.hostile_id}"):
        jia.open(path)
        found += [f"{path} {line}" for line in _serious(jia.page)]
    jia.page.get_by_role("button", name="更正").click()
    jia.page.wait_for_timeout(1500)
    found += [f"correction {line}" for line in _serious(jia.page)]
    auditor.open("/audit")
    found += [f"/audit {line}" for line in _serious(auditor.page)]
    assert found == []


def _serious(page: object) -> list[str]:
    results = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]}"
        for v in results
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"][:3]
    ]


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_the_socket_opens_to_pages_of_this_site_only(site: Site, origin: str | None) -> None:
    assert _upgrade(site, origin).startswith("HTTP/1.1 403")


def test_the_socket_opens_to_no_one_without_a_session(site: Site) -> None:
    assert _upgrade(site, site.address).startswith("HTTP/1.1 403")


def _upgrade(site: Site, origin: str | None) -> str:
    host = urlsplit(site.address).netloc
    name, port = host.split(":")
    lines = [
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1", f"Host: {host}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *([f"Origin: {origin}"] if origin else []),
    ]  # fmt: skip
    with socket.create_connection((name, int(port)), timeout=10) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return connection.recv(4096).decode()
