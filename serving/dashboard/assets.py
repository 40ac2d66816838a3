"""Our own style sheet and script, with an address that changes when they do."""

import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent / "static"


@cache
def head() -> Markup:
    """What goes into every page's head. The script sets the mode before the first paint."""
    return Markup(
        '<link rel="stylesheet" href="{}"><script src="{}"></script>'
        '<meta name="robots" content="noindex">'
    ).format(_address("fenzhen.css"), _address("fenzhen.js"))


def _address(name: str) -> str:
    mark = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={mark}"
