"""A dashboard over demonstration data, and people who sit before it."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from nicegui import Client, core, ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing.general import nicegui_reset_globals, prepare_simulation
from nicegui.testing.user import User

from serving.dashboard.application import create_dashboard
from serving.dashboard.desk import Desk
from serving.dashboard.opening import open_desk
from serving.dashboard.settings import DashboardSettings
from serving.demonstration.accounts import PASSWORD
from serving.demonstration.making import ensure

ORIGIN = "http://test"
Seated = Callable[[str], AbstractAsyncContextManager[User]]


def settings_in(folder: Path, bundle: Path, **more: object) -> DashboardSettings:
    return DashboardSettings(
        model=bundle,
        database_url=f"sqlite:///{folder / 'demonstration.db'}",
        files=folder / "files",
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="session", autouse=True)
def settled_heap() -> None:
    """NiceGUI collects garbage before and after every test; what the tests before this folder
    left standing need not be looked through each time, which took seconds."""
    gc.freeze()


@pytest.fixture(scope="session")
def filled(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demonstration's database and key; copied, never changed."""
    folder = tmp_path_factory.mktemp("demonstration")
    settings = settings_in(folder, bundle)
    ensure(settings, 160, fresh=False, now=datetime.now(UTC), tell=lambda words: None)
    return folder


@pytest.fixture
def settings(filled: Path, bundle: Path, tmp_path: Path) -> DashboardSettings:
    """Of a copy that the test may change."""
    shutil.copytree(filled, tmp_path / "copy")
    return settings_in(tmp_path / "copy", bundle)


@pytest.fixture
def desk(settings: DashboardSettings) -> Iterator[Desk]:
    desk = open_desk(settings)
    yield desk
    desk.database.close()


@pytest_asyncio.fixture
async def web(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without any script, at the application's door."""
    async with (
        running(desk) as transport,
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client,
    ):
        yield client


@pytest_asyncio.fixture
async def seated(desk: Desk) -> AsyncIterator[Seated]:
    """``async with seated("yanshi-jia") as user``: NiceGUI's user of that name, logged in."""
    async with running(desk) as transport:

        @asynccontextmanager
        async def sit(username: str) -> AsyncIterator[User]:
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                await log_in(client, username)
                yield User(client)

        yield sit


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[httpx.ASGITransport]:
    """The application in this process, as NiceGUI's own user simulation runs one."""
    with nicegui_reset_globals():
        os.environ["NICEGUI_USER_SIMULATION"] = "true"
        try:
            prepare_simulation()
            app = create_dashboard(desk)
            async with app.router.lifespan_context(app):
                yield httpx.ASGITransport(app)
        finally:
            os.environ.pop("NICEGUI_USER_SIMULATION", None)
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download
            Client.page_routes.clear()  # else our modules would be imported a second time
            core.app.routes[:] = [
                r for r in core.app.routes if "/_nicegui" in getattr(r, "path", "")
            ]


async def log_in(
    client: httpx.AsyncClient, username: str, password: str = PASSWORD, code: str = ""
) -> httpx.Response:
    form = {"username": username, "password": password, "code": code}
    return await client.post("/login", data=form, headers={"origin": ORIGIN})
