"""Clients of an application: one on this machine, one with a key."""

from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient


def local_client(app: FastAPI, **options: Any) -> TestClient:
    """As curl on the same machine; in development mode it needs no key."""
    return TestClient(
        app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000), **options
    )
