"""``fenzhen compare`` on real bundles: a better model passes, a worse one is told why not."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fenzhen import app
from model.triager import Triager
from training.config import TrainingConfig

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def at_home(datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "datasets").symlink_to(datasets)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def _compare(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["compare", *map(str, arguments)])


def test_a_better_model_may_take_the_place_of_a_weaker_one(bundle: Path, weak: Path) -> None:
    result = _compare(bundle, weak)
    assert result.exit_code == 0
    assert "冻结集 clues（test 集）" in result.stdout
    assert "模块宏 F1" in result.stdout and "确实变好" in result.stdout
    assert "结论：可以晋级" in result.stdout


def _put_aside(datasets: Path) -> int:
    files = sorted((datasets / "clues").glob("*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    return sum(row["split"] == "test" for row in rows)


def test_a_worse_model_is_refused_with_every_reason(
    bundle: Path, weak: Path, datasets: Path
) -> None:
    result = _compare(weak, bundle, "--json")
    assert result.exit_code == 1
    ruling = json.loads(result.stdout)
    assert ruling["passed"] is False
    failed = {reason["rule"] for reason in ruling["reasons"] if not reason["passed"]}
    assert "macro_f1/module" in failed
    assert ruling["challenger"] != ruling["champion"]
    assert ruling["clues"] == _put_aside(datasets) and len(ruling["clues_sha256"]) == 64


def test_clues_that_a_model_learned_from_judge_nobody(
    bundle: Path, weak: Path, small: TrainingConfig, datasets: Path
) -> None:
    result = _compare(bundle, weak, "--data", datasets / "clues", "--json")
    assert json.loads(result.stdout)["clues"] == _put_aside(datasets)
    refused = _compare(bundle, weak, "--data", small.data[0], "--split", "train")
    assert refused.exit_code == 2
    assert "全部参与过训练，不能用来评判" in refused.stderr


def test_a_file_too_small_to_judge_by_is_no_pass(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "三件.csv"
    path.write_text(
        "text,module,urgency,function\n"
        "小区暖气一直不热打了物业好几次电话都不来修,out_of_scope,normal,transfer\n"
        "我儿子被继父锁在屋里三天没吃的,minor_protection,critical,minors\n"
        "河里排黑水鱼死了一片,public_interest,urgent,public_interest_litigation\n",
        encoding="utf-8",
    )
    result = _compare(bundle, bundle, "--data", path)
    assert result.exit_code == 1
    assert "冻结集 3 条，至少要 200 条才下结论" in result.stdout


def test_a_name_that_stands_for_nothing_says_what_could_be_written(bundle: Path) -> None:
    result = _compare("没有的文件夹", bundle)
    assert result.exit_code == 2
    assert "登记处没有“没有的文件夹”" in result.stderr
    assert "Traceback" not in result.stderr


def _stored(path: Path, new: Path, old: Path, *, wins: int, losses: int) -> str:
    """A service's database in which both models answered 2,000 clues that people then decided."""
    versions = {
        role: Triager.load(folder).identity.version
        for role, folder in (("shadow", new), ("champion", old))
    }
    truth = ("public_interest", "normal", "public_interest_litigation")
    answers, labelled = [], []
    for number in range(2000):
        at = f"2026-11-{1 + number % 28:02}T08:00:00Z"
        labelled.append((f"LJ-{number}", *truth, at))
        for role, version in versions.items():
            wrong = number < losses if role == "shadow" else losses <= number < losses + wins
            module = "out_of_scope" if wrong else truth[0]
            answers.append((f"LJ-{number}", at, version, role, module, *truth[1:]))
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE answers (clue_id, answered_at, model_version, role, module, urgency,"
            " function)"
        )
        database.execute(
            "CREATE TABLE labelled_clues (clue_id, module, urgency, function, labelled_at)"
        )
        database.executemany("INSERT INTO answers VALUES (?,?,?,?,?,?,?)", answers)
        database.executemany("INSERT INTO labelled_clues VALUES (?,?,?,?,?)", labelled)
    return f"sqlite:///{path}"


def test_live_answers_decide_by_an_interval_that_holds_at_every_look(
    bundle: Path, weak: Path, tmp_path: Path
) -> None:
    better = _stored(tmp_path / "好.db", bundle, weak, wins=120, losses=40)
    result = _compare(bundle, weak, "--shadow", better)
    assert result.exit_code == 0
    assert "模块：2000 件中仅新模型对 120 件、仅现役对 40 件" in result.stdout
    assert "确实更好" in result.stdout
    worse = _stored(tmp_path / "差.db", bundle, weak, wins=40, losses=120)
    refused = _compare(bundle, weak, "--shadow", worse)
    assert refused.exit_code == 1 and "确实更差" in refused.stdout
