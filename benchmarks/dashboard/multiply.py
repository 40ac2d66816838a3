"""``python -m benchmarks.dashboard.multiply FOLDER TIMES``: a large demonstration of a small one.

Reading and reviewing 100,000 clues one by one takes the better part of an hour; here the stored
rows are copied under new ids, at the same moments. Reviews and audit are not copied.
"""

import sqlite3
import sys
from pathlib import Path

_ID = {"clue_id": "clue_id || '-' || :copy"}
_TABLES = {
    "clues": _ID,
    "triages": {**_ID, "triage_id": "NULL"},
    "signatures": {**_ID, "number": "number + :copy * 1000000"},
}


def main() -> None:
    path, times = Path(sys.argv[1]) / "demonstration.db", int(sys.argv[2])
    with sqlite3.connect(path) as database:
        database.execute("SELECT marked FROM demonstration")  # refuses any other database
        for copy in range(1, times):
            for table, changed in _TABLES.items():
                names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
                values = [changed.get(name, f'"{name}"') for name in names]
                kept = "clue_id NOT LIKE '%-%-%-%'"
                database.execute(
                    f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} WHERE {kept}",  # noqa: S608
                    {"copy": copy},
                )
    print(f"{times} times the clues in {path}")


if __name__ == "__main__":
    main()
