"""Importing and exporting labels starts without the libraries of training."""

import subprocess
import sys
from pathlib import Path

_PROGRAM = """
import sys
import training.commands.data
heavy = {"torch", "mlflow", "pandas", "sklearn", "scipy", "cleanlab", "matplotlib", "serving"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_the_data_commands_are_light() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []
