"""The service starts without the tools of training; how fast is measured in ``benchmarks``."""

import subprocess
import sys
from pathlib import Path

import pytest

_PROGRAM = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from serving.app import create_app
from serving.settings import Settings
application = create_app(Settings(model=Path(sys.argv[1])))
with TestClient(application, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as client:
    application.state.service.champion.settled.wait()
    assert client.post("/classify", json={"text": "城关区雁东路小学门口"}).status_code == 200
heavy = {"torch", "transformers", "mlflow", "pandas", "sklearn", "scipy", "matplotlib", "training",
         "datasketch", "nicegui"}
print(*sorted(heavy & set(sys.modules)))
"""


@pytest.mark.slow
def test_one_request_is_answered_without_heavy_imports(bundle: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(bundle)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []


def test_importing_the_service_starts_nothing() -> None:
    program = (
        "import threading, serving.app, fenzhen; "
        "print(threading.active_count(), 'model.triager' in __import__('sys').modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split()[0] == "1"
