"""A disk of its own that fills up under load: a real file system, a real ENOSPC."""

import errno
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from serving.storage.database import Database, StorageUnavailableError
from tests.chaos.served import Senders, Served, ask, served
from tests.chaos.stored import Figures, state_of
from tests.databases import PostgresqlServer, migrated

MAY_MOUNT = os.geteuid() == 0


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A tmpfs of that size; only root may mount one."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@dataclass(frozen=True)
class SmallDatabase:
    """A database on a disk of its own; ``set_right`` is what an administrator does once there is
    room again."""

    disk: Path
    url: str
    set_right: Callable[[], None]


@contextmanager
def small_sqlite(folder: Path) -> Iterator[SmallDatabase]:
    with small_disk(folder / "disk", 48) as disk:
        yield SmallDatabase(disk, f"sqlite:///{disk / 'chaos.db'}", lambda: None)


@contextmanager
def small_postgresql(folder: Path) -> Iterator[SmallDatabase]:
    """PostgreSQL ends itself when its log of changes finds no room, and must then be started."""
    with small_disk(folder / "disk", 192) as disk:
        disk.chmod(0o755)  # as root, the server runs as a user of its own
        server = PostgresqlServer(disk / "data")
        server.start()
        migrated(server.url).close()

        def start_if_down() -> None:
            if not _answers(server.url):
                server.start()

        try:
            yield SmallDatabase(disk, server.url, start_if_down)
        finally:
            server.stop()


def _answers(url: str) -> bool:
    database = Database(url)
    try:
        with database.read() as connection:
            return connection.execute(text("SELECT 1")).scalar() == 1
    except StorageUnavailableError:
        return False
    finally:
        database.close()


def disk_full(
    bundle: Path,
    folder: Path,
    seconds: float,
    rows: int = 1500,
    place: AbstractContextManager[SmallDatabase] | None = None,
) -> Figures:
    """Under load, with a file half worked off: 503 while it is full, on without restart after."""
    with place or small_sqlite(folder) as small:
        disk, url, files = small.disk, small.url, small.disk / "files"
        with served(bundle, url, folder, FENZHEN_FILES=str(files)) as running:
            with Senders(running.port, "before") as before:
                time.sleep(1)
                job = json.loads(_hand_in(running, rows)[1])
                time.sleep(1)
            _fill(disk / "ballast")
            with Senders(running.port, "during") as during:
                time.sleep(seconds)
                handed_in = _hand_in(running, 100_000)[0]
                reading = ask(running.port, "GET", "/v1/clues?limit=5")[0]
            left = [p.name for p in files.glob("jobs/*.input*") if job["job_id"] not in p.name]
            half_way = json.loads(ask(running.port, "GET", f"/v1/jobs/{job['job_id']}")[1])
            (disk / "ballast").unlink()
            small.set_right()
            recovery = _until_taken(running)
            with Senders(running.port, "after") as after:
                time.sleep(1)
            job_state, numbers = _result(running, job["job_id"])
            status = running.process.poll()
        state = state_of(url)
    lost = set(before.acknowledged + during.acknowledged + after.acknowledged) - state["ids"]
    log = (folder / "log").read_text()
    return {
        "full_seconds": seconds, "before": before.statuses, "during": during.statuses,
        "after": after.statuses, "file_handed_in_meanwhile": handed_in, "its_remains": len(left),
        "list_meanwhile": reading, "recovery_seconds": round(recovery, 2),
        "file_begun_before": [half_way["state"], half_way["done"], job_state],
        "its_rows": len(numbers), "lost": len(lost), "without_triage": state["halves"],
        "integrity": state["integrity"],
        "ok": not lost and not state["halves"] and state["integrity"] == "ok" and status is None
        and 503 in during.statuses and set(during.statuses) <= {200, 503}
        and set(before.statuses) == {200} and set(after.statuses) == {200}
        and handed_in == 503 and not left and reading == 200
        and half_way["state"] == "running" and job_state == "done"
        and numbers == list(range(1, rows + 1)) and "程序出错" not in log,
    }  # fmt: skip


def _fill(ballast: Path) -> None:
    """Take every byte that is left."""
    block = b"\0" * 65_536
    with ballast.open("wb", buffering=0) as file:
        while block:
            try:
                file.write(block)
            except OSError as error:
                assert error.errno == errno.ENOSPC
                block = block[: len(block) // 2]


def _hand_in(running: Served, rows: int) -> tuple[int, bytes]:
    line = json.dumps({"text": "城关区雁东路小学门口线缆乱拉乱挂。"}, ensure_ascii=False) + "\n"
    return ask(running.port, "POST", "/v1/jobs?format=jsonl", (line * rows).encode())


def _until_taken(running: Served) -> float:
    started = time.monotonic()
    clue = {"clue_id": "again", "text": "榆中县和平镇一家砖厂半夜偷排黑烟，没人管。"}
    while ask(running.port, "POST", "/v1/classify", clue)[0] != 200:
        assert time.monotonic() - started < 60
        time.sleep(0.05)
    return time.monotonic() - started


def _result(running: Served, job_id: str) -> tuple[str, list[int]]:
    """How the job ended, and the number of each row of its result."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        job = json.loads(ask(running.port, "GET", f"/v1/jobs/{job_id}")[1])
        if job["state"] in ("done", "failed"):
            break
        time.sleep(0.2)
    lines = ask(running.port, "GET", f"/v1/jobs/{job_id}/result")[1].splitlines()
    return job["state"], [json.loads(line).get("row") for line in lines]
