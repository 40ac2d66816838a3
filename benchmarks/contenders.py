"""The services compared: ours, the same model behind MLflow, and the plain one of scikit-learn."""

import sys
from dataclasses import dataclass
from pathlib import Path

import joblib  # type: ignore[import-untyped]

from benchmarks.peer import Peer
from benchmarks.running import BINARIES, Service

OURS = "fenzhen"
_MLFLOW = "mlflow models serve（同一模型）"
_PLAIN = "FastAPI + joblib（scikit-learn）"

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Contender:
    """A service and the requests for it, one body for each clue."""

    service: Service
    bodies: list[Body]


def contenders(bundle: Path, texts: list[str], peer: Peer, folder: Path) -> dict[str, Contender]:
    """By name; ``folder`` takes the files that they serve from."""
    clues: list[Body] = [{"text": text} for text in texts]
    records: list[Body] = [{"dataframe_records": [clue]} for clue in clues]
    return {
        name: Contender(service, records if name == _MLFLOW else clues)
        for name, service in _services(bundle, peer, folder).items()
    }


def _services(bundle: Path, peer: Peer, folder: Path) -> dict[str, Service]:
    import mlflow

    joblib.dump(peer, folder / "peer.joblib")
    mlflow.pyfunc.save_model(
        folder / "pyfunc",
        python_model="benchmarks/pyfunc_model.py",
        artifacts={"bundle": str(bundle)},
        pip_requirements=[],
    )
    python, ours, mlflow_command = sys.executable, BINARIES / "fenzhen", BINARIES / "mlflow"
    return {
        OURS: Service(
            (str(ours), "serve", "--port", "PORT", "--model", str(bundle)), "/classify", "/readyz",
            {"FENZHEN_DATABASE_URL": f"sqlite:///{folder / 'fenzhen.db'}",
             "FENZHEN_FILES": str(folder / "files")},
        ),
        _MLFLOW: Service(
            (str(mlflow_command), "models", "serve", "-m", str(folder / "pyfunc"),
             "--env-manager", "local", "--host", "127.0.0.1", "-p", "PORT", "-w", "1"),
            "/invocations", "/ping",
        ),
        _PLAIN: Service(
            (python, "-m", "uvicorn", "benchmarks.joblib_service:app", "--host", "127.0.0.1",
             "--port", "PORT", "--no-access-log", "--log-level", "warning"),
            "/classify", "/openapi.json", {"PEER": str(folder / "peer.joblib")},
        ),
    }  # fmt: skip
