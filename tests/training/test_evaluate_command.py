"""``fenzhen evaluate``: a finished bundle against labelled clues."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fenzhen import app
from model.taxonomy import load_taxonomy
from training.labelled import data_files, read_labelled


@pytest.fixture(autouse=True)
def at_home(datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(datasets.parent)


def _evaluate(bundle: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["evaluate", "--model", str(bundle), *arguments])


def test_scores_the_test_split_that_training_never_saw(bundle: Path, datasets: Path) -> None:
    result = _evaluate(bundle, "--split", "test", "--json")
    assert result.exit_code == 0
    metrics = json.loads(result.stdout)["metrics"]
    clues = read_labelled(
        data_files((datasets / "clues",)), load_taxonomy(datasets / "taxonomy.yaml")
    )
    assert metrics["n"] == sum(item.split == "test" for item in clues)
    assert metrics["n"] + json.loads((bundle / "card.json").read_text())["data"]["clues"] == len(
        clues
    )
    assert metrics["module"]["accuracy"] > 0.6
    assert metrics["critical_alarm"]["recall"] > 0.8


def test_what_the_model_has_learned_from_is_told(bundle: Path, datasets: Path) -> None:
    tested = _evaluate(bundle, "--split", "test", "--json")
    assert (json.loads(tested.stdout)["learned_from"], "参与过训练" in tested.stderr) == (0, False)
    everything = _evaluate(bundle, str(datasets / "clues"), "--json")
    learned = json.loads((bundle / "card.json").read_text())["data"]["clues"]
    assert json.loads(everything.stdout)["learned_from"] == learned
    assert f"其中 {learned} 条参与过训练" in everything.stderr


def test_confusions_and_recalls_are_told_in_chinese(bundle: Path) -> None:
    told = _evaluate(bundle, "--split", "test").stdout
    assert "模块 常见混淆：" in told and "紧急程度 各类召回/精确（条数）" in told


def test_every_label_right_is_a_perfect_score(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "一件.csv"
    path.write_text(
        "text,module,urgency,function\n"
        "小区暖气一直不热打了物业好几次电话都不来修,out_of_scope,normal,transfer\n",
        encoding="utf-8",
    )
    metrics = json.loads(_evaluate(bundle, str(path), "--json").stdout)["metrics"]
    assert [metrics[head]["accuracy"] for head in ("module", "function")] == [1.0, 1.0]


def test_a_file_without_that_split_says_so(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "一件.csv"
    path.write_text("text,module,urgency,function\n暖气不热,out_of_scope,normal,transfer\n")
    result = _evaluate(bundle, str(path), "--split", "test")
    assert result.exit_code == 2
    assert "没有 split 列为 test 的线索" in result.stderr


def test_without_a_bundle_it_says_what_to_do(tmp_path: Path) -> None:
    result = _evaluate(tmp_path / "没有")
    assert result.exit_code == 2
    assert "没有" in result.stderr
