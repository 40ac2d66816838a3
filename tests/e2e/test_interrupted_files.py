"""A run over a file that is killed half-way and started again ends as if nothing had happened."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from serving.examples import FOUNDING_CLUE

REPOSITORY = Path(__file__).parents[2]


def _command(bundle: Path, source: Path, output: Path) -> list[str]:
    files = ["--input", str(source), "--output", str(output), "--model", str(bundle)]
    return [sys.executable, "-m", "fenzhen", "classify", *files]


@pytest.mark.slow
def test_a_killed_run_is_continued_with_the_identical_result(bundle: Path, tmp_path: Path) -> None:
    source = tmp_path / "clues.jsonl"
    clues = [FOUNDING_CLUE | {"clue_id": f"LJ-{n:05}"} for n in range(1500)]
    source.write_text("".join(json.dumps(clue, ensure_ascii=False) + "\n" for clue in clues))
    whole, halved = tmp_path / "whole.jsonl", tmp_path / "halved.jsonl"
    subprocess.run(_command(bundle, source, whole), cwd=REPOSITORY, check=True, capture_output=True)

    run = subprocess.Popen(
        _command(bundle, source, halved),
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (halved.exists() and halved.stat().st_size > whole.stat().st_size // 10):
        assert run.poll() is None
        time.sleep(0.005)
    run.kill()
    run.wait()
    assert halved.stat().st_size < whole.stat().st_size

    again = subprocess.run(
        _command(bundle, source, halved), cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    assert "行为上次已完成" in again.stdout
    assert halved.read_bytes() == whole.read_bytes()
