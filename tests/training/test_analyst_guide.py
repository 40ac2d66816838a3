"""What the analyst's guide shows is what the program prints.

Numbers may differ in the second decimal between machines. After a change that is meant,
``FENZHEN_WRITE_GUIDE=1 pytest tests/training/test_analyst_guide.py`` writes the guide anew.
"""

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fenzhen import app
from training.config import load_config

GUIDE = Path(__file__).parents[2] / "docs" / "分析员手册.md"
_BLOCK = re.compile(
    r"(<!-- compare:begin -->\n```text\n)(.*?)(```\n<!-- compare:end -->)", re.DOTALL
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_NEVER_THE_SAME = "用时"


def _told(output: str) -> list[str]:
    lines = output.splitlines()
    return [line.rstrip() for line in lines if _NEVER_THE_SAME not in line]


def _alike(shown: str, told: str) -> bool:
    if _NUMBER.sub("#", shown) != _NUMBER.sub("#", told):
        return False
    pairs = zip(_NUMBER.findall(shown), _NUMBER.findall(told), strict=True)
    return all(float(a) == pytest.approx(float(b), abs=0.05) for a, b in pairs)


@pytest.mark.slow
def test_the_comparison_shown_is_what_compare_prints(
    bundle: Path, weak: Path, datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "datasets").symlink_to(datasets)
    told = _told(CliRunner().invoke(app, ["compare", str(weak), str(bundle)]).stdout)
    guide = GUIDE.read_text(encoding="utf-8")
    if os.environ.get("FENZHEN_WRITE_GUIDE"):
        fresh = "\n".join(told) + "\n"
        guide = _BLOCK.sub(lambda match: match[1] + fresh + match[3], guide)
        GUIDE.write_text(guide, encoding="utf-8")
    found = _BLOCK.search(guide)
    assert found is not None
    shown = found[2].splitlines()
    assert len(shown) == len(told)
    for left, right in zip(shown, told, strict=True):
        assert _alike(left, right), f"{left}\n{right}"


def test_the_configuration_shown_is_valid(tmp_path: Path) -> None:
    found = re.search(r"```yaml config\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    path = tmp_path / "run.yaml"
    path.write_text(found[1], encoding="utf-8")
    config = load_config(path, {})
    assert config.search is not None and config.critical_recall == 0.97


def test_every_command_shown_exists() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    shown = set(re.findall(r"^fenzhen ((?:model |mlflow |data )?[a-z]+)", guide, re.MULTILINE))
    for command in shown:
        result = CliRunner().invoke(app, [*command.split(), "--help"])
        assert result.exit_code == 0, command
