"""The real service, started as staff start it, asked over a real socket."""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from serving.examples import FOUNDING_CLUE
from serving.listen import bind

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def _served(bundle: Path, *arguments: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A service on a free port; yields the port once it is ready."""
    command = [sys.executable, "-m", "fenzhen", "serve", "--port", "0", "--model", str(bundle)]
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"正在监听 http://127\.0\.0\.1:(\d+)", line)
        assert found, line
        port = int(found[1])
        _wait_until_ready(port)
        yield port, process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if _request(port, "GET", "/readyz")[0] == 200:
            return
        time.sleep(0.02)
    raise TimeoutError


def _request(port: int, method: str, path: str, body: object = None) -> tuple[int, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    content = None if body is None else json.dumps(body)
    connection.request(method, path, content, {"content-type": "application/json"})
    answer = connection.getresponse()
    content_read = answer.read()
    connection.close()
    return answer.status, json.loads(content_read)


@pytest.mark.slow
def test_the_command_serves_the_founding_clue(bundle: Path) -> None:
    with _served(bundle) as (port, _):
        status, triage = _request(port, "POST", "/classify", FOUNDING_CLUE)
    assert status == 200
    assert isinstance(triage, dict)
    assert triage["clue_id"] == FOUNDING_CLUE["clue_id"]
    assert triage["unit"]["procuratorate"]["code"] == "chengguan"


def test_kept_connections_are_not_held_up_by_nagle_s_algorithm() -> None:
    """asyncio turns it off only on sockets that say they are TCP (44 ms an answer otherwise)."""
    with bind("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


@pytest.mark.slow
def test_several_workers_share_the_port_and_have_the_model_in_memory_once(bundle: Path) -> None:
    with _served(bundle, "--workers", "2") as (port, process):
        statuses = [_request(port, "POST", "/classify", FOUNDING_CLUE)[0] for _ in range(8)]
        owned = [_owned_share(worker.pid) for worker in psutil.Process(process.pid).children()]
    assert statuses == [200] * 8  # neither has to load a model first
    assert len(owned) == 2
    assert max(owned) < 0.4


def _owned_share(pid: int) -> float:
    """The share of a process's resident memory that it has to itself."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
    return (kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]) / kilobytes["Rss"]


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced(bundle: Path) -> None:
    with _served(bundle, "--workers", "2") as (port, process):
        family = psutil.Process(process.pid)
        killed, other = family.children()
        killed.kill()
        deadline = time.monotonic() + 20
        while {worker.pid for worker in family.children()} <= {killed.pid, other.pid}:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert len(family.children()) == 2
        assert _request(port, "POST", "/classify", FOUNDING_CLUE)[0] == 200


@pytest.mark.slow
def test_stopping_ends_all_workers(bundle: Path) -> None:
    with _served(bundle, "--workers", "2") as (_, process):
        workers = psutil.Process(process.pid).children()
        process.terminate()
        assert process.wait(timeout=20) == 0
    assert len(workers) == 2
    assert not any(worker.is_running() for worker in workers)


@pytest.mark.slow
def test_workers_do_not_outlive_the_process_that_keeps_them(bundle: Path) -> None:
    with _served(bundle, "--workers", "2") as (_, process):
        workers = psutil.Process(process.pid).children()
        process.kill()
        _, left = psutil.wait_procs(workers, timeout=20)
    assert len(workers) == 2
    assert left == []


@pytest.mark.slow
def test_a_request_without_end_is_cut_off(bundle: Path) -> None:
    with _served(bundle) as (port, _):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.putrequest("POST", "/classify")
        connection.putheader("content-type", "application/json")
        connection.putheader("transfer-encoding", "chunked")
        connection.endheaders()
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        for _ in range(33):
            connection.send(chunk)
        answer = connection.getresponse()
        assert answer.status == 413
        assert json.loads(answer.read())["code"] == "body_too_large"
        connection.close()


@pytest.mark.slow
def test_nothing_a_citizen_wrote_reaches_the_process_s_output(bundle: Path) -> None:
    private = "举报人甲某的身份"
    with _served(bundle) as (port, process):
        _request(port, "POST", "/classify", {"text": private})
        _request(port, "POST", "/classify", {"text": [private], private: private})
        process.terminate()
        stdout, stderr = process.communicate(timeout=20)
    assert "POST /classify 200" in stderr
    assert "POST /classify 422" in stderr
    assert private not in stdout + stderr
