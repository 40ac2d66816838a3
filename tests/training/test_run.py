"""A training run: reproducible to the byte, measured out of fold, recorded in MLflow."""

import json
from pathlib import Path

import mlflow
import numpy as np
import pytest

from training.config import TrainingConfig
from training.dataset import build_dataset
from training.labelled import read_labelled
from training.run import TrainingOutcome, train
from training.tracking import log_run


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_the_same_data_and_seed_give_the_same_bundle_byte_for_byte(
    training_config: TrainingConfig, outcome: TrainingOutcome, tmp_path: Path
) -> None:
    again = train(training_config.model_copy(update={"output": tmp_path / "again"}), lambda _: None)
    assert again.version == outcome.version
    assert _bytes(again.bundle) == _bytes(outcome.bundle)


def test_reports_every_head_and_class(outcome: TrainingOutcome) -> None:
    found = outcome.metrics["out_of_fold"]
    assert set(found["module"]["classes"]) == set(outcome.fingerprint["modules"])
    assert set(found["urgency"]["classes"]) == set(outcome.fingerprint["urgencies"])
    for head in ("module", "urgency", "function"):
        assert 0 <= found[head]["ece"] <= 1
        assert found[head]["conformal_coverage"] >= 0.85


def test_the_alarm_finds_the_emergencies_out_of_fold(outcome: TrainingOutcome) -> None:
    assert outcome.metrics["out_of_fold"]["critical_alarm"]["recall"] >= 0.93


def test_beats_guessing_by_far(outcome: TrainingOutcome) -> None:
    found = outcome.metrics["out_of_fold"]
    largest = max(outcome.fingerprint["modules"].values()) / outcome.fingerprint["clues"]
    assert found["module"]["accuracy"] > largest + 0.3


def test_draws_every_figure(outcome: TrainingOutcome) -> None:
    heads = ("module", "urgency", "function")
    expected = {
        f"{kind}_{head}.png"
        for kind in ("confusion", "reliability", "risk_coverage")
        for head in heads
    }
    assert set(outcome.figures) == expected | {"learning_curve.png"}
    assert all(content.startswith(b"\x89PNG") for content in outcome.figures.values())


def test_held_out_clues_share_no_author_with_those_learned_from(
    training_config: TrainingConfig, datasets: Path
) -> None:
    from model.signals import load_signals
    from model.taxonomy import load_taxonomy

    taxonomy = load_taxonomy(training_config.taxonomy)
    clues = read_labelled(sorted((datasets / "clues").glob("*.jsonl")), taxonomy)
    dataset = build_dataset(clues, taxonomy, load_signals(training_config.signals), training_config)
    authors = np.array([item.author_group for item in clues])
    for number in range(training_config.folds):
        seen, held_out = dataset.fold(number)
        assert not set(authors[seen]) & set(authors[held_out])


@pytest.mark.slow
def test_the_run_can_be_read_back_from_mlflow(
    training_config: TrainingConfig,
    outcome: TrainingOutcome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    log_run(training_config, outcome)
    (run,) = mlflow.MlflowClient().search_runs(
        [mlflow.get_experiment_by_name("fenzhen").experiment_id]
    )
    assert run.data.params["seed"] == str(training_config.seed)
    assert run.data.tags["data_sha256"] == outcome.fingerprint["sha256"]
    accuracy = outcome.metrics["out_of_fold"]["module"]["accuracy"]
    assert run.data.metrics["out_of_fold/module/accuracy"] == pytest.approx(accuracy)
    assert "out_of_fold/urgency/classes/critical/recall" in run.data.metrics
    folder = Path(
        mlflow.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=str(tmp_path / "a"))
    )
    assert json.loads((folder / "data_fingerprint.json").read_text())["clues"] > 0
    assert (folder / "figures" / "confusion_module.png").is_file()
    assert (folder / "bundle" / "manifest.json").is_file()
