"""Clients of an application: one on this machine, one with a key."""

from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient


class _Client(TestClient):
    """FastAPI keeps every application in a cache of its routes' functions. Emptied of all they
    hold, a model each, hundreds of them take little memory."""

    def __exit__(self, *args: Any) -> None:
        super().__exit__(*args)
        vars(self.app).clear()


def local_client(app: FastAPI, **options: Any) -> TestClient:
    """As curl on the same machine; in development mode it needs no key."""
    return _Client(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_000), **options)
