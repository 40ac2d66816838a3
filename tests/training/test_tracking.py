"""A run in MLflow: all that was found out, once, also when MLflow was away at the time."""

import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import Run
from typer.testing import CliRunner

from fenzhen import app
from model.bundle import read_bundle, write_bundle
from training.config import TrainingConfig
from training.run import TrainingOutcome, train
from training.tracking.record import keep_run, kept_runs
from training.tracking.send import send_run
from training.tracking.store import TrackingUnavailable, open_store, tracking_place

STARTED = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
TELEPHONE = "13919345678"


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path


@pytest.fixture
def kept(small: TrainingConfig, small_outcome: TrainingOutcome, own_store: Path) -> Path:
    return keep_run(small, small_outcome, STARTED, datetime.now(UTC))


def _runs(client: MlflowClient) -> list[Run]:
    experiment = client.get_experiment_by_name("fenzhen")
    return [] if experiment is None else list(client.search_runs([experiment.experiment_id]))


@pytest.mark.slow
def test_everything_can_be_read_back(
    kept: Path, small: TrainingConfig, small_outcome: TrainingOutcome, tmp_path: Path
) -> None:
    run_id = send_run(kept)
    assert kept_runs() == []
    client = open_store()
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert run.info.artifact_uri.startswith((tmp_path / "var/mlflow/artifacts").as_uri())
    assert run.data.params["seed"] == str(small.seed)
    assert run.data.tags["bundle_version"] == small_outcome.version
    assert run.data.tags["code_version"].startswith("0.")
    assert run.data.tags["environment.numpy"]
    found = run.data.metrics
    estimate = small_outcome.findings.estimates["test"]["module/macro_f1"]
    assert found["test/module/macro_f1"] == pytest.approx(estimate.value)
    assert found["test/module/macro_f1_low"] == pytest.approx(estimate.low)
    for name in (
        "out_of_fold/urgency/classes/critical/recall_high",
        "out_of_fold/module/conformal_coverage",
        "out_of_fold/function/ece",
        "test/routing/unit",
        "latency_ms/p95",
        "golden/mistakes",
        "bundle_bytes",
    ):
        assert name in found
    (given,) = run.inputs.dataset_inputs
    assert small_outcome.fingerprint["sha256"].startswith(given.dataset.digest)
    assert json.loads(given.dataset.profile)["clues"] == small_outcome.fingerprint["clues"]
    folder = Path(download_artifacts(run_id=run_id, dst_path=str(tmp_path / "back")))
    for name in (
        "report.html",
        "bundle/manifest.json",
        "figures/confusion_module.svg",
        "tables/thresholds_urgency.csv",
        "tables/alarm.csv",
        "worst_errors.json",
        "data_fingerprint.json",
    ):
        assert (folder / name).is_file(), name


def test_another_run_that_ends_in_the_same_folder_leaves_no_trace_in_this_one(
    small: TrainingConfig, small_outcome: TrainingOutcome, tmp_path: Path
) -> None:
    config = small.model_copy(update={"output": tmp_path / "bundle"})
    files = read_bundle(small_outcome.bundle).files
    other = {**files, "golden.jsonl": files["golden.jsonl"].splitlines()[0]}

    def advance(told: str) -> None:
        if told == "计算置信区间":
            write_bundle(config.output, other)

    outcome = train(config, advance)
    assert outcome.version == small_outcome.version
    assert outcome.findings.golden_count == small_outcome.findings.golden_count > 1
    folder = keep_run(config, outcome, STARTED, STARTED)
    assert read_bundle(folder / "artifacts" / "bundle").version == outcome.version
    assert read_bundle(config.output).version != outcome.version


@pytest.mark.slow
def test_a_server_that_is_down_keeps_the_run_here_and_sync_hands_it_in_once(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(TrackingUnavailable, match="MLflow 连接不上"):
        send_run(kept)
    assert kept_runs() == [kept]
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    again = kept.parent / "复制的一份"
    again.mkdir()
    subprocess.run(["cp", "-r", f"{kept}/.", str(again)], check=True)
    first, second = send_run(kept), send_run(again)
    assert first == second
    assert len(_runs(open_store())) == 1


def test_a_locked_database_is_said_to_be_in_use(kept: Path, own_store: Path) -> None:
    store = own_store / "var" / "mlflow" / "mlflow.db"
    store.parent.mkdir(parents=True)
    holder = sqlite3.connect(store, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(TrackingUnavailable, match="数据库正被占用"):
        send_run(kept)
    holder.close()
    assert kept_runs() == [kept]


def test_a_file_that_is_no_database_is_said_to_be_damaged(kept: Path, own_store: Path) -> None:
    store = own_store / "var" / "mlflow" / "mlflow.db"
    store.parent.mkdir(parents=True)
    store.write_bytes(b"what is this " * 400)
    with pytest.raises(TrackingUnavailable, match="数据库文件已损坏"):
        send_run(kept)


@pytest.mark.slow
def test_a_disk_that_fills_midway_leaves_one_run_after_the_next_sync(
    kept: Path, own_store: Path
) -> None:
    """The limit on file size stands in for a full disk: the operating system refuses to write."""
    largest = 4 * 1024 * 1024
    program = "from fenzhen import app; app()"
    command = [sys.executable, "-c", program, "mlflow", "sync"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    (kept / "artifacts" / "bundle" / "zz-large.bin").write_bytes(b"0" * (largest + 1))
    refused = subprocess.run(
        command, preexec_fn=limited, env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "磁盘已满" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert kept_runs() == [kept]
    subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert kept_runs() == []
    (run,) = _runs(open_store())
    assert run.info.status == "FINISHED"
    assert len(run.inputs.dataset_inputs) == 1


def test_a_broken_run_is_named_and_keeps_no_other_back(kept: Path) -> None:
    broken = kept.parent / "00broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    result = CliRunner().invoke(app, ["mlflow", "sync"])
    assert result.exit_code == 1
    assert "1/2 00broken 没有记入：run.json 读不出来" in result.stdout
    assert "已损坏：var/mlflow-pending/00broken。请从备份恢复，或删去" in result.stdout
    assert kept_runs() == [Path("var/mlflow-pending/00broken")]


def test_an_experiment_deleted_in_mlflow_is_restored_with_its_runs(
    kept: Path, small: TrainingConfig, small_outcome: TrainingOutcome
) -> None:
    before = send_run(kept)
    client = open_store()
    client.delete_experiment(client.get_experiment_by_name("fenzhen").experiment_id)
    after = send_run(keep_run(small, small_outcome, STARTED, STARTED))
    assert {run.info.run_id for run in _runs(client)} == {before, after}


@pytest.fixture
def refused(kept: Path) -> Path:
    """A run kept before ``kept`` under a name for a metric that MLflow does not take."""
    folder = kept.parent / "00refused"
    shutil.copytree(kept, folder)
    run = json.loads((folder / "run.json").read_text("utf-8"))
    altered = run | {"key": "0" * 32, "metrics": {"召回＝特急": 0.9}}
    (folder / "run.json").write_text(json.dumps(altered), "utf-8")
    return folder


def test_a_run_that_mlflow_refuses_is_named_and_keeps_no_other_back(refused: Path) -> None:
    result = CliRunner().invoke(app, ["mlflow", "sync"])
    assert result.exit_code == 1
    said = "1/2 00refused 没有记入：MLflow 没有收下这次运行（INVALID_PARAMETER_VALUE）"
    assert said in result.stdout
    assert "MLflow 不收：var/mlflow-pending/00refused。请按括号里的错误名" in result.stdout
    assert kept_runs() == [refused]


def test_the_report_opens_offline_and_shows_what_was_found(
    kept: Path, small_outcome: TrainingOutcome
) -> None:
    page = (kept / "artifacts" / "report.html").read_text(encoding="utf-8")
    for part in (
        "模型卡",
        "混淆矩阵",
        "把握可信吗",
        "门槛表",
        "先看哪些错例",
        "必对线索",
        "本次运行",
    ):
        assert f"{part}" in page
    assert not re.search(r"""(?:src|href)=["'](?!data:|#)""", page)
    assert "url(" not in page and "<script" not in page
    assert small_outcome.version[:16] in page
    estimate = small_outcome.findings.estimates["test"]["module/macro_f1"]
    assert f"{estimate.value:.3f}" in page and f"{estimate.low:.3f}–{estimate.high:.3f}" in page


def test_worst_errors_show_no_number_that_reaches_a_person(
    small: TrainingConfig, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in small.data[0].read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["text"] = f"我的电话{TELEPHONE}，" + row["text"]
    path = tmp_path / "带电话.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    config = small.model_copy(update={"data": (path,), "output": tmp_path / "bundle"})
    folder = keep_run(config, train(config, lambda _: None), STARTED, STARTED)
    for file in folder.rglob("*"):
        if file.is_file():
            assert TELEPHONE.encode() not in file.read_bytes(), file.name
    assert "*" * len(TELEPHONE) in (folder / "artifacts" / "report.html").read_text("utf-8")


def test_passwords_in_the_address_of_the_store_are_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://fenzhen:geheim@10.0.0.5/mlflow")
    assert tracking_place() == "postgresql://10.0.0.5/mlflow"
