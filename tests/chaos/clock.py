"""A clock that jumps while the service runs: libfaketime under the whole process.

Only the time of day jumps, as when somebody sets it; the monotonic clock goes on, as on any system.
"""

import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from model.clue import Clue
from model.triager import Triager
from serving.encryption import seal
from serving.keyring import new_key, parse_keys
from serving.storage.database import Database
from serving.storage.schema import prepare
from serving.storage.tables import clues
from serving.storage.work_tables import webhooks
from tests.chaos.served import Served, ask, served
from tests.chaos.stored import Figures, state_of

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
"""From Debian's package libfaketime."""

_ROWS = 60
JUMPS = (0, 6, -6, 20, 0)
"""Hours from the true time, one after the other; less than the day for which a result is kept."""


def clock_jumps(bundle: Path, url: str, folder: Path, seconds: float = 2.0) -> Figures:
    """Ids stay unique and in order, pages whole, deadlines right; files and notices go on."""
    key = new_key()
    intake = _Intake()
    threading.Thread(target=intake.serve_forever, daemon=True).start()
    _register(url, intake, key)
    clock = folder / "clock"
    _set(clock, 0)
    answered: list[str] = []
    statuses: set[int] = set()
    try:
        with served(
            bundle, url, folder, workers=2, LD_PRELOAD=str(LIBRARY), FENZHEN_KEY=key,
            FAKETIME_TIMESTAMP_FILE=str(clock), FAKETIME_DONT_FAKE_MONOTONIC="1",
            FAKETIME_CACHE_DURATION="1", FENZHEN_UNDO_SECONDS="0",
            FENZHEN_WEBHOOK_HOSTS="127.0.0.1",
        ) as running:  # fmt: skip
            job = _hand_in(running, _ROWS)
            for hours in JUMPS:
                _set(clock, hours)
                ids, seen = _send(running, seconds)
                answered += ids
                statuses |= seen | {_confirm(running, ids[-1])}
            heard = _until_heard(intake, len(JUMPS))
            rows = _result(running, job)
            pages = _pages(running)
    finally:
        intake.shutdown()
        intake.server_close()
    state = state_of(url)
    shifted = _wrong_deadlines(bundle, url)
    backwards = sum(one > other for one, other in pairwise(answered))
    log = (folder / "log").read_text()
    return {
        "hours": JUMPS, "answered": len(answered), "statuses": sorted(statuses),
        "ids_twice": len(answered) - len(set(answered)), "ids_not_ascending": backwards,
        "listed_twice": len(pages) - len(set(pages)), "not_listed": len(state["ids"] - set(pages)),
        "deadlines_wrong": shifted, "rows_of_the_file": len(rows),
        "notices_heard": heard, "lost": len(set(answered) - state["ids"]),
        "integrity": state["integrity"],
        "ok": statuses == {200, 201} and len(answered) == len(set(answered))
        and sorted(pages) == sorted(state["ids"]) and not shifted
        and rows == list(range(1, _ROWS + 1)) and heard == len(JUMPS)
        and set(answered) <= state["ids"] and not state["halves"]
        and state["integrity"] == "ok" and "程序出错" not in log,
    }  # fmt: skip


class _Intake(HTTPServer):
    """Who is told of decisions, and refuses each at first, so that it is put off by the clock of
    that moment; ``heard`` are those that came again."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refused: set[str] = set()
        self.heard: set[str] = set()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        intake: Any = self.server
        self.rfile.read(int(self.headers["content-length"]))
        delivery = self.headers["X-Fenzhen-Delivery"]
        again = delivery in intake.refused
        (intake.heard if again else intake.refused).add(delivery)
        self.send_response(204 if again else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


def _register(url: str, intake: _Intake, key: str) -> None:
    database = Database(url)
    prepare(database)
    sealed = seal("签名密钥", "webhook:w", parse_keys(key, "测试"))
    with database.write() as connection:
        connection.execute(
            insert(webhooks).values(
                webhook_id="w", url=f"http://127.0.0.1:{intake.server_port}/", created_by="cli:x",
                secret_sealed=sealed, created_at=datetime.now(UTC),
            )
        )  # fmt: skip
    database.close()


def _set(clock: Path, hours: int) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(f"{3600 * hours:+d}\n")
    fresh.replace(clock)
    time.sleep(1.5)  # the library looks once a second


def _hand_in(running: Served, rows: int) -> str:
    line = json.dumps({"text": "城关区雁东路小学门口线缆乱拉乱挂。"}, ensure_ascii=False) + "\n"
    status, job = ask(running.port, "POST", "/v1/jobs?format=jsonl", (line * rows).encode())
    assert status == 202
    found: str = json.loads(job)["job_id"]
    return found


def _send(running: Served, seconds: float) -> tuple[list[str], set[int]]:
    """Ids that the service made, in order, and the statuses."""
    ids, statuses, started = [], set(), time.monotonic()
    while time.monotonic() - started < seconds:
        clue = {"text": f"榆中县和平镇一家砖厂半夜偷排黑烟，第{len(ids)}次举报，没人管。"}
        status, answer = ask(running.port, "POST", "/v1/classify", clue)
        statuses.add(status)
        if status == 200:
            ids.append(json.loads(answer)["clue_id"])
    return ids, statuses


def _confirm(running: Served, clue_id: str) -> int:
    headers = {"If-Match": '"0"'}
    path = f"/v1/clues/{clue_id}/reviews"
    return ask(running.port, "POST", path, {"act": "confirm"}, headers)[0]


def _until_heard(intake: _Intake, wanted: int) -> int:
    deadline = time.monotonic() + 60
    while len(intake.heard) < wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    return len(intake.heard)


def _result(running: Served, job_id: str) -> list[int]:
    """The number of each row of the finished file."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        status, result = ask(running.port, "GET", f"/v1/jobs/{job_id}/result")
        if status == 200:
            return [json.loads(line)["row"] for line in result.splitlines()]
        job = json.loads(ask(running.port, "GET", f"/v1/jobs/{job_id}")[1])
        if job["state"] == "failed":
            break
        time.sleep(0.2)
    return []


def _pages(running: Served) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = json.loads(ask(running.port, "GET", f"/v1/clues?limit=200{after}")[1])
        found += [line["clue_id"] for line in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


def _wrong_deadlines(bundle: Path, url: str) -> int:
    """Clues whose deadline is not the one that follows from the moment of their arrival."""
    triager, database = Triager.load(bundle), Database(url)
    with database.read() as connection:
        rows = connection.execute(
            select(clues.c.text, clues.c.received_at, clues.c.first_look_by)
            .order_by(clues.c.clue_id).limit(300)
        ).all()  # fmt: skip
    database.close()
    return sum(
        triager.triage(Clue(text=text), received).deadlines.first_look_by != by
        for text, received, by in rows
    )
