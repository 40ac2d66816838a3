"""A running application over the trained bundle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from serving.app import create_app
from serving.settings import Settings
from serving.storage.database import Database
from tests.databases import emptied, fresh_postgresql, migrated, postgresql_server
from tests.serving.clients import local_client


@pytest.fixture(scope="session")
def application(bundle: Path) -> FastAPI:
    return create_app(Settings(model=bundle, batch_limit=50))


@pytest.fixture(scope="session")
def client(application: FastAPI) -> Iterator[TestClient]:
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(timeout=30)
        yield client


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL."""
    with postgresql_server() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """One migrated database of each kind for a whole run; ``database`` hands it out empty."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'fenzhen.db'}"
    else:
        url = fresh_postgresql(request.getfixturevalue("postgresql"), "shared")
    migrated(url).close()
    return url


@pytest.fixture
def database(shared_database_url: str) -> Iterator[Database]:
    """An empty database with all tables, on SQLite and on PostgreSQL."""
    database = Database(shared_database_url)
    emptied(database)
    yield database
    database.close()
