"""Record a run in MLflow: parameters, metrics, data fingerprint, figures and the bundle."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from training.config import TrainingConfig
from training.run import TrainingOutcome

EXPERIMENT = "fenzhen"
DEFAULT_STORE = Path("var/mlflow")


def log_run(config: TrainingConfig, outcome: TrainingOutcome) -> str:
    """Log one finished run; returns where it was stored.

    ``MLFLOW_TRACKING_URI`` decides the store, SQLite under ``var/mlflow`` otherwise.
    Telemetry is off: nothing leaves the network.
    """
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ.setdefault("MLFLOW_ALEMBIC_LOG_LEVEL", "ERROR")
    import mlflow  # 3 s: only when a run is recorded

    own_store = "MLFLOW_TRACKING_URI" not in os.environ
    if own_store:
        DEFAULT_STORE.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(f"sqlite:///{DEFAULT_STORE}/mlflow.db")
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    if experiment is None:
        location = (DEFAULT_STORE / "artifacts").resolve().as_uri() if own_store else None
        experiment_id = client.create_experiment(EXPERIMENT, artifact_location=location)
    else:
        experiment_id = experiment.experiment_id
    with mlflow.start_run(experiment_id=experiment_id):
        mlflow.log_params(config.model_dump(mode="json"))
        mlflow.log_metrics(dict(flatten(outcome.metrics)))
        mlflow.set_tags(
            {
                "bundle_version": outcome.version,
                "data_sha256": outcome.fingerprint["sha256"],
                "scores_are_of": "composed text, out of fold",
            }
        )
        mlflow.log_dict(outcome.fingerprint, "data_fingerprint.json")
        mlflow.log_artifacts(str(outcome.bundle), "bundle")
        with TemporaryDirectory() as folder:
            for name, content in outcome.figures.items():
                (Path(folder) / name).write_bytes(content)
            mlflow.log_artifacts(folder, "figures")
    return str(mlflow.get_tracking_uri())


def flatten(metrics: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Nested metrics as MLflow names: ``out_of_fold/module/classes/public_interest/recall``."""
    for key, value in metrics.items():
        name = f"{prefix}/{key}" if prefix else key
        if isinstance(value, dict):
            yield from flatten(value, name)
        elif value is not None:
            yield name, float(value)
