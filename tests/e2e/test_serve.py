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
def test_several_workers_share_the_port(bundle: Path) -> None:
    with _served(bundle, "--workers", "2") as (port, _):
        answers = [_request(port, "POST", "/classify", FOUNDING_CLUE) for _ in range(8)]
    statuses = {status for status, _ in answers}
    assert 200 in statuses
    assert statuses <= {200, 503}  # one worker may still be loading


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
