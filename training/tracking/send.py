"""From a run's folder into MLflow; sent twice or broken off midway, it is there once."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.tracking.record import ARTIFACTS, read_run
from training.tracking.store import (
    RunRefused,
    TrackingUnavailable,
    experiment_id,
    open_store,
    works_despite,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

KEY = "fenzhen.run_key"
_METRICS_AT_ONCE, _OTHERS_AT_ONCE = 1000, 100
"""Limits of MLflow's ``log_batch``."""


def send_run(folder: Path) -> str:
    """Record a kept run in MLflow and remove its folder; returns the run's id.

    Raises BrokenRun, RunRefused or TrackingUnavailable, and the folder stays.
    """
    run = read_run(folder)
    client = open_store()
    try:
        run_id = _send(client, run, folder / ARTIFACTS)
    except Exception as error:  # whatever a driver raises, the run must not be lost
        failure = RunRefused if works_despite(error) else TrackingUnavailable
        raise failure.because(error) from error
    shutil.rmtree(folder)
    return run_id


def _send(client: "MlflowClient", run: dict[str, Any], artifacts: Path) -> str:
    experiment = experiment_id(client)
    known = client.search_runs([experiment], f"tags.`{KEY}` = '{run['key']}'")
    if known and known[0].info.status == "FINISHED":
        return str(known[0].info.run_id)
    if known:
        run_id = known[0].info.run_id
    else:
        made = client.create_run(
            experiment, start_time=run["started"], tags={KEY: run["key"]}, run_name=run["name"]
        )
        run_id = made.info.run_id
    _log_values(client, run_id, run)
    _log_dataset(client, run_id, run["dataset"])
    client.log_artifacts(run_id, str(artifacts))
    client.set_terminated(run_id, "FINISHED", run["ended"])
    return str(run_id)


def _log_values(client: "MlflowClient", run_id: str, run: dict[str, Any]) -> None:
    from mlflow.entities import Metric, Param, RunTag

    metrics = [Metric(name, value, run["ended"], 0) for name, value in run["metrics"].items()]
    params = [Param(name, value) for name, value in run["params"].items()]
    tags = [RunTag(name, value) for name, value in run["tags"].items()]
    for start in range(0, len(metrics), _METRICS_AT_ONCE):
        client.log_batch(run_id, metrics=metrics[start : start + _METRICS_AT_ONCE])
    for start in range(0, len(params), _OTHERS_AT_ONCE):
        client.log_batch(run_id, params=params[start : start + _OTHERS_AT_ONCE])
    client.log_batch(run_id, tags=tags[:_OTHERS_AT_ONCE])


def _log_dataset(client: "MlflowClient", run_id: str, dataset: dict[str, Any]) -> None:
    """What ``mlflow.log_input`` does, for a run of the past: name, digest, source and counts."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    described = Dataset(
        name=dataset["name"],
        digest=dataset["digest"],
        source_type="local",
        source=json.dumps(dataset["source"], ensure_ascii=False),
        profile=json.dumps(dataset["profile"], ensure_ascii=False),
    )
    context = InputTag("mlflow.data.context", "training")
    client.log_inputs(run_id, [DatasetInput(described, [context])])
