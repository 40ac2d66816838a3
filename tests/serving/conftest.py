"""A running application over the trained bundle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from serving.app import create_app
from serving.settings import Settings


@pytest.fixture(scope="session")
def application(bundle: Path) -> FastAPI:
    return create_app(Settings(model=bundle, batch_limit=50))


@pytest.fixture(scope="session")
def client(application: FastAPI) -> Iterator[TestClient]:
    with TestClient(application) as client:
        assert application.state.model.settled.wait(timeout=30)
        yield client
