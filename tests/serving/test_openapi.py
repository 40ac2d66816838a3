"""The interface as it is committed is the interface as it is served."""

import json
from pathlib import Path

from serving.app import create_app
from serving.settings import Settings

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_interface_is_what_is_served() -> None:
    """When a change is meant: ``fenzhen openapi > docs/openapi.json``."""
    served = create_app(Settings()).openapi()
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == served
