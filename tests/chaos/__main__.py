"""``python -m tests.chaos FAULT [--times N] [--seconds S] [--bundle FOLDER]``."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.chaos import faults
from tests.chaos.clock import clock_jumps
from tests.chaos.disk import SmallDatabase, disk_full, small_postgresql, small_sqlite
from tests.chaos.malformed import malformed
from tests.chaos.models import models
from tests.chaos.registry_away import registry_away, silent
from tests.chaos.served import REPOSITORY
from tests.chaos.stored import Figures, tell
from tests.chaos.switch import switch
from tests.databases import PostgresqlServer, fresh_postgresql, migrated
from tests.mlflow_servers import mlflow_server


@dataclass(frozen=True)
class Place:
    """Where a fault happens: which bundle and database, and how long or how often."""

    bundle: Path
    url: str
    folder: Path
    server: PostgresqlServer
    times: int
    seconds: float

    @property
    def given(self) -> tuple[Path, str, Path]:
        return self.bundle, self.url, self.folder


def _switch(place: Place) -> Figures:
    """By a registry in SQLite, or by an MLflow server on PostgreSQL with a shared folder."""
    os.chdir(place.folder)
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    with ExitStack() as stack:
        if place.url.startswith("postgresql"):
            runs = fresh_postgresql(place.server.url, "mlflow")
            server = stack.enter_context(mlflow_server(runs, place.folder))
            os.environ["MLFLOW_TRACKING_URI"] = server
        return switch(*place.given, _fenzhen, workers=2)


def _registry(place: Place) -> Figures:
    os.chdir(place.folder)
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    files = str(place.folder / "files")
    os.environ |= {"FENZHEN_DATABASE_URL": place.url, "FENZHEN_FILES": files}
    with silent() as away:
        return registry_away(*place.given, _fenzhen, away)


def _small_disk(place: Place) -> AbstractContextManager[SmallDatabase]:
    small = small_postgresql if place.url.startswith("postgresql") else small_sqlite
    return small(place.folder)


def _fenzhen(arguments: list[str]) -> None:
    """As a person types it, in a process of its own."""
    subprocess.run(
        [sys.executable, "-m", "fenzhen", *arguments],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


FAULTS: Mapping[str, Callable[[Place], Figures]] = {
    "kills": lambda p: faults.kills(*p.given, p.times),
    "races": lambda p: faults.races(*p.given, p.times),
    "slow": lambda p: faults.slow_clients(*p.given, p.times),
    "overload": lambda p: faults.overload(*p.given, p.times),
    "outage": lambda p: faults.outage(p.bundle, p.server, p.url, p.folder, p.seconds),
    "disk": lambda p: disk_full(p.bundle, p.folder, p.seconds, place=_small_disk(p)),
    "clock": lambda p: clock_jumps(*p.given),
    "models": lambda p: models(*p.given, p.times),
    "malformed": lambda p: malformed(*p.given, p.times),
    "switch": _switch,
    "registry": _registry,
}
ONLY = {"outage": "postgresql"}
"""What can happen to one of the two alone."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("fault", choices=tuple(FAULTS))
    parser.add_argument(
        "--times", type=int, default=20, help="for models: megabytes of the new one"
    )
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    parser.add_argument("--on", choices=("sqlite", "postgresql"))
    given = parser.parse_args()
    bundle, well = given.bundle.resolve(), True
    with tempfile.TemporaryDirectory(prefix="chaos-") as scratch:
        Path(scratch).chmod(0o755)
        with PostgresqlServer(Path(scratch) / "pg") as server:
            for kind in ("sqlite", "postgresql"):
                if kind != ONLY.get(given.fault, given.on or kind):
                    continue
                folder = Path(scratch) / kind
                folder.mkdir()
                place = Place(
                    bundle, _url(kind, server, folder), folder, server,
                    given.times, given.seconds,
                )  # fmt: skip
                figures = FAULTS[given.fault](place)
                figures["load_average"] = round(os.getloadavg()[0], 1)
                well &= tell(f"{given.fault} on {kind}", figures)
    return 0 if well else 1


def _url(kind: str, server: PostgresqlServer, folder: Path) -> str:
    url = f"sqlite:///{folder}/chaos.db"
    if kind == "postgresql":
        url = fresh_postgresql(server.url, "chaos")
        migrated(url).close()
    return url


if __name__ == "__main__":
    sys.exit(main())
