"""Coming in and going out: who may, for how long, and from where a form may be sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
import pytest_asyncio

from serving.dashboard.desk import Desk
from serving.dashboard.door import safe_path
from serving.demonstration.accounts import PASSWORD
from serving.storage.access_tables import users
from serving.storage.audit_tables import audit
from tests.serving.dashboard.conftest import ORIGIN, log_in, running

pytestmark = pytest.mark.asyncio


class Clock:
    """The desk's clock, to be moved."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def door(desk: Desk, clock: Clock):  # type: ignore[no-untyped-def]
    async with (
        running(replace(desk, now=clock)) as transport,
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield client


async def test_a_stranger_is_sent_to_the_door_and_back_to_where_they_wanted(
    door: httpx.AsyncClient,
) -> None:
    sent = await door.get("/confidence?head=urgency")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/login?next=/confidence%3Fhead%3Durgency"
    form = {"username": "yanshi-jia", "password": PASSWORD}
    came = await door.post(sent.headers["location"], data=form, headers={"origin": ORIGIN})
    assert came.headers["location"] == "/confidence?head=urgency"


@pytest.mark.parametrize("path", ["/", "/report/2026-11.html", "/login", "/logout"])
async def test_a_database_that_is_away_is_told_in_words_and_passes(
    door: httpx.AsyncClient, desk: Desk, path: str
) -> None:
    await log_in(door, "yanshi-jia")
    place = Path(str(desk.database.url.database))
    away = place.rename(place.with_suffix(".away"))
    desk.database.close()
    place.mkdir()  # what cannot be opened as a database
    asked = {"data": {"username": "yanshi-jia", "password": PASSWORD}} if path == "/login" else {}
    if path in ("/login", "/logout"):
        told = await door.post(path, headers={"origin": ORIGIN}, **asked)
    else:
        told = await door.get(path)
    assert (told.status_code, told.headers["retry-after"]) == (503, "2")
    assert "数据库暂时无法使用" in told.text
    place.rmdir()
    away.rename(place)
    assert (await door.get("/confidence")).status_code == 200


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    door: httpx.AsyncClient,
) -> None:
    cookie = (await log_in(door, "yanshi-jia")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_wrong_password_and_an_unknown_name_sound_alike(door: httpx.AsyncClient) -> None:
    wrong = await log_in(door, "yanshi-jia", "Nicht-2026-das")
    unknown = await log_in(door, "yanshi-wang", "Nicht-2026-das")
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text == unknown.text


async def test_five_wrong_passwords_lock_and_time_unlocks(
    door: httpx.AsyncClient, clock: Clock
) -> None:
    for _ in range(5):
        await log_in(door, "yanshi-yi", "Nicht-2026-das")
    assert (await log_in(door, "yanshi-yi")).status_code == 403
    clock.ahead = timedelta(minutes=16)
    assert (await log_in(door, "yanshi-yi")).status_code == 303


async def test_a_session_ends_when_nobody_does_anything(
    door: httpx.AsyncClient, clock: Clock
) -> None:
    await log_in(door, "yanshi-jia")
    assert (await door.get("/report/2026-11.html")).status_code == 200
    clock.ahead = timedelta(minutes=31)
    assert (await door.get("/report/2026-11.html")).status_code == 303


async def test_whoever_goes_out_is_out(door: httpx.AsyncClient) -> None:
    await log_in(door, "yanshi-jia")
    token = door.cookies["fenzhen_session"]
    await door.post("/logout", headers={"origin": ORIGIN})
    door.cookies.set("fenzhen_session", token)
    assert (await door.get("/")).status_code == 303


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://test.evil", None])
async def test_a_form_from_another_site_is_refused(
    door: httpx.AsyncClient, origin: str | None
) -> None:
    headers = {} if origin is None else {"origin": origin}
    form = {"username": "yanshi-jia", "password": PASSWORD}
    refused = await door.post("/login", data=form, headers=headers)
    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_a_new_password_is_asked_twice_checked_and_ends_the_session(
    door: httpx.AsyncClient,
) -> None:
    await log_in(door, "yanshi-bing")

    async def change(old: str, new: str, again: str) -> httpx.Response:
        form = {"old": old, "password": new, "again": again}
        return await door.post("/password", data=form, headers={"origin": ORIGIN})

    assert "不一致" in (await change(PASSWORD, "Huanghe-Lan-9", "Huanghe-Lan-8")).text
    assert "密码不符合要求" in (await change(PASSWORD, "123", "123")).text
    assert "现在的密码不正确" in (await change("falsch", "Huanghe-Lan-9", "Huanghe-Lan-9")).text
    assert (await change(PASSWORD, "Huanghe-Lan-9", "Huanghe-Lan-9")).status_code == 303
    assert (await door.get("/")).headers["location"].startswith("/login")
    assert (await log_in(door, "yanshi-bing", "Huanghe-Lan-9")).status_code == 303


async def test_where_a_second_factor_is_asked_nobody_goes_on_without(desk: Desk) -> None:
    async with (
        running(replace(desk, second_factor=True)) as transport,
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        await log_in(client, "yanshi-jia")
        assert (await client.get("/")).headers["location"] == "/second-factor"
        page = (await client.get("/second-factor")).text
        secret = page.split('name="secret" value="')[1].split('"')[0]
        form = {"secret": secret, "code": "000000"}
        wrong = await client.post("/second-factor", data=form, headers={"origin": ORIGIN})
        assert "动态口令不正确" in wrong.text
        code = pyotp.TOTP(secret).now()
        await client.post("/second-factor", data={**form, "code": code}, headers={"origin": ORIGIN})
        assert (await log_in(client, "yanshi-jia")).status_code == 403
        assert (await log_in(client, "yanshi-jia", code=code)).status_code == 403  # seen before
        later = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
        assert (await log_in(client, "yanshi-jia", code=later)).status_code == 303
        assert (await client.get("/report/2026-11.html")).status_code == 200


BEHIND_THE_GATE = (
    "/", "/confidence", "/report", "/report/2026-11.html", "/report/2026-11.xlsx",
    "/_nicegui_ws/socket.io/",
)  # fmt: skip


@pytest.mark.parametrize("path", BEHIND_THE_GATE)
async def test_whoever_owes_a_new_password_gets_neither_page_nor_file(
    door: httpx.AsyncClient, desk: Desk, path: str
) -> None:
    with desk.database.write() as connection:
        connection.execute(users.update().values(must_change_password=True))
    await log_in(door, "yanshi-jia")
    sent = await door.get(path)
    assert (sent.status_code, sent.headers["location"]) == (303, "/password")
    assert (await door.get("/password")).status_code == 200


@pytest.mark.parametrize("path", BEHIND_THE_GATE)
async def test_whoever_owes_a_second_factor_gets_neither_page_nor_file(
    desk: Desk, path: str
) -> None:
    async with (
        running(replace(desk, second_factor=True)) as transport,
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        await log_in(client, "yanshi-jia")
        sent = await client.get(path)
        assert (sent.status_code, sent.headers["location"]) == (303, "/second-factor")


async def test_the_audit_knows_who_came_and_who_was_turned_away(
    door: httpx.AsyncClient, desk: Desk
) -> None:
    await log_in(door, "yanshi-jia", "Nicht-2026-das")
    await log_in(door, "yanshi-jia")
    with desk.database.read() as connection:
        rows = connection.execute(audit.select().where(audit.c.action == "login")).all()
    assert [(row.actor, row.outcome) for row in rows] == [
        ("user:yanshi-jia", "wrong_password"), ("user:yanshi-jia", "admitted"),
    ]  # fmt: skip


async def test_every_answer_forbids_talking_to_others(door: httpx.AsyncClient) -> None:
    for path in ("/login", "/", "/healthz"):
        policy = (await door.get(path)).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy


PATHS: list[tuple[str, str]] = [
    ("/clue/LJ-1?view=all", "/clue/LJ-1?view=all"),
    ("//elsewhere.example", "/"),
    ("/\\elsewhere.example", "/"),
    ("https://elsewhere.example", "/"),
    ("/login?next=/", "/"),
    ("/a\r\nSet-Cookie: x", "/"),
]


@pytest.mark.parametrize(("wanted", "path"), PATHS)
async def test_the_way_back_never_leads_to_another_site(wanted: str, path: str) -> None:
    safe: Callable[[str], str] = safe_path
    assert safe(wanted) == path
