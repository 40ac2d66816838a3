"""The MLflow store: which one, and whether it can be written to right now."""

import logging
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import FenzhenError
from training.database_causes import database_cause, error_name, known_cause

if TYPE_CHECKING:
    from mlflow import MlflowClient

EXPERIMENT = "fenzhen"
_REFUSALS = ("INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST")
"""MLflow's codes for what it was asked: such an error quotes values, whose words mean nothing."""
DEFAULT_STORE = Path("var/mlflow")
_PATIENCE_SECONDS = 5


class TrackingUnavailable(FenzhenError):
    """MLflow cannot be reached or written to; what was to be recorded is kept by the caller."""

    code = "tracking_unavailable"
    title = "Tracking store unavailable"

    @classmethod
    def because(cls, error: Exception) -> "TrackingUnavailable":
        """Told in Chinese, without addresses or passwords that an error may quote."""
        return cls(f"MLflow {database_cause(error)}")


class RunRefused(FenzhenError):
    """MLflow works but did not take this run; others may go through."""

    code = "run_refused"
    title = "Run refused"

    @classmethod
    def because(cls, error: Exception) -> "RunRefused":
        """Told as ``TrackingUnavailable``: by MLflow's name of the error, not in its words."""
        return cls(f"MLflow 没有收下这次运行（{error_name(error)}）")


def tracking_uri() -> str:
    """``MLFLOW_TRACKING_URI``, else SQLite under ``var/mlflow``."""
    return os.environ.get("MLFLOW_TRACKING_URI") or _own_uri()


def _own_uri() -> str:
    return f"sqlite:///{DEFAULT_STORE.resolve()}/mlflow.db"


def store_in_use() -> bool:
    """Whether anything has been set up to record to; asking costs nothing."""
    own = DEFAULT_STORE / "mlflow.db"
    return bool(os.environ.get("MLFLOW_TRACKING_URI")) or own.is_file()


def tracking_place() -> str:
    """The store as it may be shown: without user and password."""
    scheme, _, rest = tracking_uri().partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def open_store() -> "MlflowClient":
    """A client of a store that has just been seen to work.

    MLflow itself retries a dead server for minutes; a person who waits for a training run to end
    wants to know in seconds. Telemetry is off: nothing leaves the network.
    Raises TrackingUnavailable.
    """
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    for name, value in {
        "MLFLOW_ALEMBIC_LOG_LEVEL": "ERROR",
        "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
        "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    }.items():
        os.environ.setdefault(name, value)
    uri = tracking_uri()
    try:
        _probe(uri)
        import mlflow  # 3 s: only when a run is recorded

        logging.getLogger("mlflow").setLevel(logging.ERROR)
        mlflow.set_tracking_uri(uri)
        return mlflow.MlflowClient(uri)
    except Exception as error:  # whatever a driver raises, the caller must be told and go on
        raise TrackingUnavailable.because(error) from error


def works_despite(error: Exception) -> bool:
    """Whether the store can be written to after it answered something with ``error``."""
    if getattr(error, "error_code", None) not in _REFUSALS and known_cause(error) is not None:
        return False
    try:
        _probe(tracking_uri())
    except Exception:  # whatever a driver raises
        return False
    return True


def experiment_id(client: "MlflowClient") -> str:
    """The experiment of all runs, made if there is none and restored if it was deleted.

    Where the store is our own its artifacts lie beside it; a server decides for itself.
    """
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is not None:
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)
    own = tracking_uri() == _own_uri()  # MLflow itself sets the environment variable
    location = (DEFAULT_STORE / "artifacts").resolve().as_uri() if own else None
    return str(client.create_experiment(EXPERIMENT, artifact_location=location))


def _probe(uri: str) -> None:
    """Raise whatever keeps this store from being written to."""
    if uri.startswith("sqlite:"):
        _probe_sqlite(Path(uri.removeprefix("sqlite:///")))
    elif uri.startswith(("http:", "https:")):
        import requests

        answer = requests.get(f"{uri.rstrip('/')}/health", timeout=_PATIENCE_SECONDS)
        answer.raise_for_status()
    elif uri.startswith("postgresql"):
        from sqlalchemy import create_engine

        waiting = {"connect_timeout": _PATIENCE_SECONDS}
        with create_engine(uri, connect_args=waiting).connect():
            pass


def _probe_sqlite(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()
