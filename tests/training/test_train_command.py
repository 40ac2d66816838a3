"""``fenzhen train`` as an analyst types it."""

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from rich.console import Console
from typer.testing import CliRunner, Result

from fenzhen import app
from training.commands.train import lines_now_and_then
from training.config import TrainingConfig


@pytest.fixture
def run_yaml(small: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    path = tmp_path / "run.yaml"
    path.write_text(
        yaml.safe_dump(small.model_dump(mode="json") | {"output": str(tmp_path / "bundle")}),
        encoding="utf-8",
    )
    return path


def _train(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["train", *arguments])


@pytest.mark.slow
def test_trains_from_one_file_while_mlflow_is_down_and_keeps_the_run(
    run_yaml: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    result = _train("--config", str(run_yaml))
    assert result.exit_code == 0
    assert "MLflow 连接不上，本次运行与报告暂存在 var/mlflow-pending/" in result.stderr
    assert (tmp_path / "bundle" / "manifest.json").is_file()
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    synced = CliRunner().invoke(app, ["mlflow", "sync"])
    assert synced.exit_code == 0 and "1/1" in synced.stdout
    assert "没有待补记的运行" in CliRunner().invoke(app, ["mlflow", "sync"]).stdout


def test_a_mistake_in_the_file_is_told_before_anything_starts(run_yaml: Path) -> None:
    run_yaml.write_text("fold: 3\ncoverage: 1.5\n", encoding="utf-8")
    result = _train("--config", str(run_yaml))
    assert result.exit_code == 2
    assert "第 1 行 fold：不认识的项" in result.stderr and "是否想写 folds？" in result.stderr
    assert "第 2 行 coverage：必须小于 1" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("search", [(), ("--search-minutes", "60")])
def test_a_folder_of_something_else_is_refused_before_anything_starts(
    run_yaml: Path, tmp_path: Path, search: tuple[str, ...]
) -> None:
    (tmp_path / "报告.docx").write_text("重要")
    arguments = ("--data", "没有.jsonl", "--output", str(tmp_path), *search)
    result = _train("--config", str(run_yaml), *arguments)
    assert result.exit_code == 2
    assert "不是模型包，为免覆盖其他文件，请换一个空文件夹" in result.stderr


def test_one_author_group_for_a_whole_batch_is_told_and_nothing_is_written(
    small: TrainingConfig, run_yaml: Path, tmp_path: Path
) -> None:
    rows = map(json.loads, small.data[0].read_text(encoding="utf-8").splitlines())
    batch = [row | {"author_group": "三月批次", "split": "train"} for row in rows]
    path = tmp_path / "三月.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in batch), "utf-8")
    result = _train("--config", str(run_yaml), "--data", str(path))
    assert result.exit_code == 2
    assert f"{len(batch)} 条只有 1 组" in result.stderr and "至少需要 3 组" in result.stderr
    assert not (tmp_path / "bundle").exists()


def test_flags_win_over_the_file_and_the_settings_in_force_can_be_shown(run_yaml: Path) -> None:
    result = _train("--config", str(run_yaml), "--folds", "4", "--show-config")
    assert result.exit_code == 0
    shown = yaml.safe_load(result.stdout)
    assert shown["folds"] == 4
    assert shown["resamples"] == 200


@pytest.mark.parametrize(
    ("in_the_file", "shown"),
    [
        ({"minutes": 30, "trials": 3}, {"minutes": 10.0, "trials": 3}),
        (None, {"minutes": 10.0, "trials": None}),
    ],
)
def test_minutes_by_hand_leave_the_other_settings_of_the_search(
    in_the_file: dict[str, int] | None, shown: dict[str, float], run_yaml: Path
) -> None:
    settings = yaml.safe_load(run_yaml.read_text(encoding="utf-8")) | {"search": in_the_file}
    run_yaml.write_text(yaml.safe_dump(settings), encoding="utf-8")
    result = _train("--config", str(run_yaml), "--search-minutes", "10", "--show-config")
    assert result.exit_code == 0
    assert yaml.safe_load(result.stdout)["search"] == shown


@pytest.mark.slow
def test_labels_that_no_clue_bears_are_named(
    small: TrainingConfig, run_yaml: Path, tmp_path: Path
) -> None:
    rows = small.data[0].read_text(encoding="utf-8").splitlines()
    lacking = [row for row in rows if '"judicial_aid"' not in row and '"critical"' not in row]
    (tmp_path / "缺类.jsonl").write_text("\n".join(lacking), encoding="utf-8")
    result = _train("--config", str(run_yaml), "--data", "缺类.jsonl", "--no-track")
    assert result.exit_code == 0
    assert "训练数据里一条也没有：司法救助（judicial_aid）、特急（critical）" in result.stderr
    assert "请补上标注后重新训练" in result.stderr
    assert "这个模型会把每一件都报为可能特急" in result.stderr


@pytest.mark.slow
def test_scores_say_whether_the_clues_are_composed(
    small: TrainingConfig, run_yaml: Path, tmp_path: Path
) -> None:
    rows = small.data[0].read_text(encoding="utf-8").replace('"composed"', '"来信"').splitlines()
    rows = [row for row in rows if '"test"' not in row]
    for name, composed, told in (("来信", 0, "折外）"), ("混合", 7, "折外；其中 7 条是自拟的）")):
        some = [row.replace('"来信"', '"composed"') for row in rows[:composed]]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(some + rows[composed:]), "utf-8")
        result = _train("--config", str(run_yaml), "--data", f"{name}.jsonl", "--no-track")
        assert told in result.stderr


@pytest.mark.slow
def test_a_search_is_bounded_resumes_and_ends_in_a_bundle(run_yaml: Path, tmp_path: Path) -> None:
    settings = yaml.safe_load(run_yaml.read_text(encoding="utf-8"))
    settings["search"] = {"minutes": 5, "trials": 2}
    run_yaml.write_text(yaml.safe_dump(settings), encoding="utf-8")
    first = _train("--config", str(run_yaml), "--no-track")
    assert first.exit_code == 0
    assert "第 2 组" in first.stderr and "第 3 组" not in first.stderr
    settings["search"] = {"minutes": 5, "trials": 3}
    run_yaml.write_text(yaml.safe_dump(settings), encoding="utf-8")
    second = _train("--config", str(run_yaml), "--no-track")
    assert "已试 2 组" in second.stderr and "  第 3 组" in second.stderr
    assert "  第 1 组" not in second.stderr
    card = json.loads((tmp_path / "bundle" / "card.json").read_text(encoding="utf-8"))
    assert "search" not in card["settings"]


def test_a_log_file_is_told_twice_a_minute_where_the_run_is() -> None:
    seconds = iter(range(0, 1000, 10))
    written = StringIO()
    advance = lines_now_and_then(Console(file=written), lambda: float(next(seconds)))
    for number in range(8):
        advance(f"第 {number} 步")
    assert [line.split(" ", 1)[1] for line in written.getvalue().splitlines()] == [
        "第 2 步", "第 5 步",
    ]  # fmt: skip
