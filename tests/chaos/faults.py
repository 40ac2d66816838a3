"""The faults. Each returns figures; ``ok`` tells whether nothing was lost or broken."""

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos.served import Senders, ask, served, wait_until_ready
from tests.chaos.stored import Figures, state_of
from tests.databases import PostgresqlServer


def kills(bundle: Path, url: str, folder: Path, times: int, seconds: float = 2.0) -> Figures:
    """kill -9 under load, again and again: every acknowledged clue is there, once, whole."""
    acknowledged: list[str] = []
    recoveries = []
    for number in range(times):
        with served(bundle, url, folder) as running:
            with Senders(running.port, f"kill-{number}") as senders:
                time.sleep(seconds)
                running.kill()
            acknowledged += senders.acknowledged
        started = time.monotonic()
        with served(bundle, url, folder):
            recoveries.append(time.monotonic() - started)
    state = state_of(url)
    lost = set(acknowledged) - state["ids"]
    return {
        "kills": times, "acknowledged": len(acknowledged), "stored": len(state["ids"]),
        "lost": len(lost), "without_triage": state["halves"], "integrity": state["integrity"],
        "restart_seconds_worst": round(max(recoveries), 2),
        "ok": not lost and not state["halves"] and state["integrity"] == "ok",
    }  # fmt: skip


def races(bundle: Path, url: str, folder: Path, times: int) -> Figures:
    """Two workers and two senders race for one id: one row, and the same answer for both."""
    answers: Counter[str] = Counter()
    with served(bundle, url, folder, workers=2) as running, ThreadPoolExecutor(2) as pool:
        for number in range(times):
            clue = {"clue_id": f"race-{number}", "text": f"城关区第{number}小学门口线缆乱拉。"}
            both = list(
                pool.map(lambda _, clue=clue: _sent(running.port, clue),
                         range(2))  # type: ignore[misc]
            )  # fmt: skip
            same = both[0][1] == both[1][1]
            statuses = tuple(sorted(status for status, _ in both))
            answers["same" if statuses == (200, 200) and same else f"{statuses} {same}"] += 1
    state = state_of(url)
    return {
        "races": times, **answers, "rows": len(state["ids"]), "without_triage": state["halves"],
        "ok": answers["same"] == times == len(state["ids"]) and not state["halves"],
    }  # fmt: skip


def outage(
    bundle: Path, server: PostgresqlServer, url: str, folder: Path, seconds: float
) -> Figures:
    """The database goes away under load and comes back: 503 meanwhile, then on without restart."""
    with served(bundle, url, folder) as running:
        with Senders(running.port, "before") as before:
            time.sleep(2)
            server.stop()
            time.sleep(1)
        with Senders(running.port, "during") as during:
            time.sleep(seconds)
        alive = ask(running.port, "GET", "/healthz")[0]
        server.start()
        recovery = wait_until_ready(running.port)
        with Senders(running.port, "after") as after:
            time.sleep(2)
        status = running.process.poll()
    state = state_of(url)
    lost = set(before.acknowledged + after.acknowledged) - state["ids"]
    return {
        "away_seconds": seconds, "before": before.statuses, "during": during.statuses,
        "after": after.statuses, "recovery_seconds": round(recovery, 2), "lost": len(lost),
        "without_triage": state["halves"],
        "ok": not lost and not state["halves"] and set(during.statuses) == {503}
        and alive == 200 and status is None and 200 in after.statuses,
    }  # fmt: skip


def slow_clients(bundle: Path, url: str, folder: Path, count: int) -> Figures:
    """Senders that drip, stop half-way or hang up do not hold up the others."""
    with served(bundle, url, folder, FENZHEN_BODY_SECONDS="2") as running:
        hanging = [_half_a_request(running.port) for _ in range(count)]
        with Senders(running.port, "others") as others:
            time.sleep(4)
        told = Counter(_status_line(connection) for connection in hanging)
        gone = [_half_a_request(running.port) for _ in range(count)]
        for connection in gone:
            connection.close()
        healthy = ask(running.port, "GET", "/readyz")[0]
        log = running.log.read_text()
    return {
        "hanging": count, "told": dict(told), "others": others.statuses,
        "ok": told == {"408": count} and set(others.statuses) == {200} and healthy == 200
        and "程序出错" not in log,
    }  # fmt: skip


def overload(bundle: Path, url: str, folder: Path, clients: int) -> Figures:
    """More than the queue holds: some are told to come again, none is lost, memory stays."""
    with (
        served(bundle, url, folder, FENZHEN_QUEUE_LIMIT="8") as running,
        Senders(running.port, "many", count=clients) as senders,
    ):
        time.sleep(5)
    state = state_of(url)
    lost = set(senders.acknowledged) - state["ids"]
    return {
        "clients": clients, "statuses": senders.statuses, "lost": len(lost),
        "ok": set(senders.statuses) == {200, 503} and not lost,
    }  # fmt: skip


def _sent(port: int, clue: dict[str, str]) -> tuple[int, bytes]:
    """As the guide tells senders: on 503 the same again. One worker may still be loading."""
    for _ in range(100):
        status, answer = ask(port, "POST", "/v1/classify", clue)
        if status != 503:
            break
        time.sleep(0.1)
    return status, answer


def _half_a_request(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(
        b"POST /v1/classify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b'Content-Length: 500\r\n\r\n{"text": "'
    )
    return connection


def _status_line(connection: socket.socket) -> str:
    with connection:
        return connection.recv(4096).decode("latin-1").split(" ")[1]
