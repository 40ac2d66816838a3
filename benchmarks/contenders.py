"""The services compared: ours on both databases, the same reading without them, and what others
would serve it with."""

import sys
from dataclasses import dataclass
from pathlib import Path

import joblib  # type: ignore[import-untyped]
from sqlalchemy.engine import make_url

from benchmarks.peer import Peer
from benchmarks.running import BINARIES, Service

OURS = ("fenzhen（SQLite）", "fenzhen（PostgreSQL）")
SERVERS = ("mlflow models serve（同一模型，不存）", "BentoML（同一模型，不存）")
"""What serves the same model in our stead."""
_BARE = "FastAPI（同一模型，不脱敏、不存、不查相似）"
_PLAIN = "FastAPI + joblib（scikit-learn，不存）"

Body = dict[str, object]


@dataclass(frozen=True, slots=True)
class Contender:
    """A service and the requests for it, one body for each clue; ``beside`` is the process of a
    database server that works for it."""

    service: Service
    bodies: list[Body]
    beside: int | None = None


def contenders(
    bundle: Path, texts: list[str], peer: Peer, folder: Path, postgresql: str, bentoml: Path | None
) -> dict[str, Contender]:
    """By name; ``folder`` takes the files that they serve from, ``bentoml`` is its command."""
    clues: list[Body] = [{"text": text} for text in texts]
    records: list[Body] = [{"dataframe_records": [clue]} for clue in clues]
    services = {
        OURS[0]: ours(bundle, f"sqlite:///{folder / 'fenzhen.db'}", folder / "files"),
        OURS[1]: ours(bundle, postgresql, folder / "more-files"),
        _BARE: _uvicorn("benchmarks.bare_service:app", {"BUNDLE": str(bundle)}),
        SERVERS[0]: _mlflow(bundle, folder),
        _PLAIN: _uvicorn("benchmarks.joblib_service:app", {"PEER": _dumped(peer, folder)}),
    }
    if bentoml is not None:
        services[SERVERS[1]] = Service(
            (str(bentoml), "serve", "benchmarks.bento_service:Triages", "--port", "PORT"),
            "/classify", "/readyz", {"BUNDLE": str(bundle.absolute()), "BENTOML_DO_NOT_TRACK": "1"},
        )  # fmt: skip
    return {
        name: Contender(
            service,
            records if name == SERVERS[0] else clues,
            _postmaster(postgresql) if name == OURS[1] else None,
        )
        for name, service in services.items()
    }


def _postmaster(url: str) -> int:
    """The process of a PostgreSQL that is reached by a socket in its data folder."""
    folder = make_url(url).query["host"]
    assert isinstance(folder, str)
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def ours(bundle: Path, database_url: str, files: Path) -> Service:
    """The product as it is delivered, all its parts on."""
    return Service(
        (str(BINARIES / "fenzhen"), "serve", "--port", "PORT", "--model", str(bundle)),
        "/classify", "/readyz",
        {"FENZHEN_DATABASE_URL": database_url, "FENZHEN_FILES": str(files)},
    )  # fmt: skip


def _uvicorn(application: str, environment: dict[str, str]) -> Service:
    return Service(
        (sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", "PORT",
         "--no-access-log", "--log-level", "warning"),
        "/classify", "/openapi.json", environment,
    )  # fmt: skip


def _dumped(peer: Peer, folder: Path) -> str:
    path = folder / "peer.joblib"
    joblib.dump(peer, path)
    return str(path)


def _mlflow(bundle: Path, folder: Path) -> Service:
    import mlflow

    mlflow.pyfunc.save_model(
        folder / "pyfunc",
        python_model="benchmarks/pyfunc_model.py",
        artifacts={"bundle": str(bundle)},
        pip_requirements=[],
    )
    return Service(
        (str(BINARIES / "mlflow"), "models", "serve", "-m", str(folder / "pyfunc"),
         "--env-manager", "local", "--host", "127.0.0.1", "-p", "PORT", "-w", "1"),
        "/invocations", "/ping",
    )  # fmt: skip
