"""``python -m tests.chaos FAULT [--times N] [--seconds S] [--bundle FOLDER]``."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.chaos import faults
from tests.databases import PostgresqlServer, fresh_postgresql, migrated


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("fault", choices=("kills", "races", "outage", "slow", "overload"))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    given = parser.parse_args()
    bundle, times = given.bundle.resolve(), given.times
    runs: dict[str, Callable[[str, Path], faults.Figures]] = {
        "kills": lambda url, folder: faults.kills(bundle, url, folder, times),
        "races": lambda url, folder: faults.races(bundle, url, folder, times),
        "slow": lambda url, folder: faults.slow_clients(bundle, url, folder, times),
        "overload": lambda url, folder: faults.overload(bundle, url, folder, times),
    }
    well = True
    with tempfile.TemporaryDirectory(prefix="chaos-") as scratch:
        Path(scratch).chmod(0o755)
        with PostgresqlServer(Path(scratch) / "pg") as server:
            url = fresh_postgresql(server.url, "chaos")
            migrated(url).close()
            if given.fault == "outage":
                folder = _folder(scratch, "outage")
                figures = faults.outage(bundle, server, url, folder, given.seconds)
                return 0 if faults.tell("outage on postgresql", figures) else 1
            for kind, where in (("sqlite", f"sqlite:///{scratch}/chaos.db"), ("postgresql", url)):
                figures = runs[given.fault](where, _folder(scratch, kind))
                figures["load_average"] = round(os.getloadavg()[0], 1)
                well &= faults.tell(f"{given.fault} on {kind}", figures)
    return 0 if well else 1


def _folder(scratch: str, name: str) -> Path:
    folder = Path(scratch) / name
    folder.mkdir()
    return folder


if __name__ == "__main__":
    sys.exit(main())
