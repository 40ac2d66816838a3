"""Models that cannot take over, and one that can but takes long, while clues keep coming."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from model.bundle import MANIFEST, read_bundle, write_bundle
from serving.storage.database import Database
from tests.chaos.served import Senders, Served, ask, served
from tests.chaos.stored import Figures, state_of


def models(bundle: Path, url: str, folder: Path, megabytes: int) -> Figures:
    """Corrupt, missing, then large and good: every clue is answered, by the old one or the new."""
    changing = Path(shutil.copytree(bundle, folder / "bundle"))
    files = dict(read_bundle(changing).files)
    heavier = files | {"card.json": files["card.json"] + b"\n" * (megabytes << 20)}
    with served(changing, url, folder, FENZHEN_MODEL_POLL_SECONDS="0.2") as running:
        old = _version(running)
        with Senders(running.port, "models") as senders:
            _corrupt(changing)
            corrupt = _obstacle(running)
            (changing / MANIFEST).unlink()
            missing = _obstacle(running, unlike=corrupt)
            kept = _version(running) == old
            shutil.rmtree(changing)
            started = time.monotonic()
            write_bundle(changing, heavier)
            written = time.monotonic() - started
            waited = _until(lambda: _version(running) != old)
            new = _version(running)
            time.sleep(0.5)
    state = state_of(url)
    lost = set(senders.acknowledged) - state["ids"]
    versions = _versions(url)
    return {
        "statuses": senders.statuses, "corrupt": corrupt, "missing": missing,
        "megabytes": megabytes, "seconds_to_write_it": round(written, 2),
        "seconds_until_it_answers": round(waited, 2),
        "answers_by_old_and_new": [versions.get(old, 0), versions.get(new, 0)],
        "slowest_answer_seconds": round(senders.slowest, 2),
        "lost": len(lost), "without_triage": state["halves"],
        "ok": set(senders.statuses) == {200} and kept and bool(corrupt) and bool(missing)
        and set(versions) == {old, new} and not lost and not state["halves"]
        and "程序出错" not in running.log.read_text(),
    }  # fmt: skip


def _corrupt(folder: Path) -> None:
    """One bit of the weights turned over; the manifest written anew, so that it is looked at."""
    weights = max(folder.rglob("*.safetensors"), key=lambda path: path.stat().st_size)
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes())


def _version(running: Served) -> str:
    return str(json.loads(ask(running.port, "GET", "/v1/model")[1])["model"]["version"])


def _obstacle(running: Served, unlike: str = "") -> str:
    """What ``/readyz`` says of the model that did not take over, once it says so."""

    def told() -> str:
        return str(json.loads(ask(running.port, "GET", "/readyz")[1]).get("champion_obstacle", ""))

    _until(lambda: told() not in ("", unlike))
    return told()


def _until(condition: Callable[[], bool], seconds: float = 120) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds
        time.sleep(0.05)
    return time.monotonic() - started


def _versions(url: str) -> dict[str, int]:
    """Stored answers by the model that gave them."""
    database = Database(url)
    with database.read() as connection:
        found = connection.execute(
            text("SELECT model_version, count(*) FROM triages GROUP BY model_version")
        ).all()
    database.close()
    return {row[0]: row[1] for row in found}
