"""``fenzhen compare`` on real bundles: a better model passes, a worse one is told why not."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fenzhen import app
from training.config import TrainingConfig
from training.run import train

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def weak(small: TrainingConfig, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that has seen an eighth of the clues."""
    folder = tmp_path_factory.mktemp("weak") / "bundle"
    return train(small.model_copy(update={"output": folder}), lambda _: None).bundle


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


def test_a_worse_model_is_refused_with_every_reason(bundle: Path, weak: Path) -> None:
    result = _compare(weak, bundle, "--json")
    assert result.exit_code == 1
    ruling = json.loads(result.stdout)
    assert ruling["passed"] is False
    failed = {reason["rule"] for reason in ruling["reasons"] if not reason["passed"]}
    assert "macro_f1/module" in failed
    assert ruling["challenger"] != ruling["champion"]
    assert ruling["clues"] == 487 and len(ruling["clues_sha256"]) == 64


def test_clues_that_a_model_learned_from_judge_nobody(
    bundle: Path, weak: Path, small: TrainingConfig, datasets: Path
) -> None:
    result = _compare(bundle, weak, "--data", datasets / "clues", "--json")
    assert json.loads(result.stdout)["clues"] == 487
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
