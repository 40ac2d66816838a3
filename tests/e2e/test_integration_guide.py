"""The integration guide's own examples, run against a real service."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from serving.access.api_keys import issue
from serving.access.policy import Scope
from serving.acts.standing import Standing
from serving.queries.clue_detail import Labels
from serving.storage.database import Database
from serving.storage.key_store import add_key
from serving.storage.schema import prepare
from serving.webhooks.outbox import Notice, payload
from serving.webhooks.signature import signature
from tests.chaos.served import served
from tests.serving.arrivals import NOW

GUIDE = Path(__file__).parents[2] / "docs" / "接入指南.md"


def _block(language: str, name: str) -> str:
    found = re.search(rf"```{language} {re.escape(name)}\n(.*?)```", GUIDE.read_text("utf-8"), re.S)
    assert found is not None, name
    return found[1]


@pytest.fixture(scope="module")
def surroundings(
    bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of the examples: a service, and a key for it."""
    folder = tmp_path_factory.mktemp("guide")
    database = Database(f"sqlite:///{folder / 'fenzhen.db'}")
    prepare(database)
    scopes = (Scope.CLASSIFY, Scope.READ, Scope.JOBS)
    key, token = issue("指南", scopes, "cli:test", NOW, timedelta(days=3650))
    with database.write() as connection:
        add_key(connection, key)
    (folder / "clue.json").write_text(_block("json", "request"), encoding="utf-8")
    (folder / "clues.jsonl").write_text('{"text": "七里河区一家工厂夜里往黄河偷排污水"}\n', "utf-8")
    with served(bundle, database.url.render_as_string(), folder) as running:
        url = f"http://127.0.0.1:{running.port}"
        yield {"FENZHEN_URL": url, "FENZHEN_API_KEY": token, "FOLDER": str(folder)}


def _run(command: list[str], surroundings: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=surroundings["FOLDER"], env=os.environ | surroundings, check=True, text=True,
        capture_output=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def _shell(name: str, surroundings: dict[str, str]) -> Any:
    return json.loads(_run(["bash", "-c", _block("bash", name)], surroundings))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_the_curl_examples_are_answered(surroundings: dict[str, str]) -> None:
    assert _shell("try", surroundings)["module"]["code"] == "public_interest"
    assert _shell("send", surroundings)["clue_id"] == "LJ-20230209-0001"
    assert _shell("job", surroundings)["state"] in ("waiting", "running", "done")


@pytest.mark.slow
def test_the_python_example_sends_a_clue(surroundings: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "send_clue.py"
    program.write_text(_block("python", "send_clue.py"), encoding="utf-8")
    assert "中国检察网" in _run([sys.executable, str(program)], surroundings)
    if shutil.which("curl"):
        assert _shell("read", surroundings)["clue_id"] == "LJ-20261129-0002"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK here")
def test_the_java_example_compiles_and_sends_a_clue(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    source = tmp_path / "SendClue.java"
    source.write_text(_block("java", "SendClue.java"), encoding="utf-8")
    _run(["javac", "-encoding", "UTF-8", "-d", str(tmp_path), str(source)], surroundings)
    java = ["java", "-Dfile.encoding=UTF-8", "-cp", str(tmp_path), "SendClue"]
    answer = json.loads(_run(java, surroundings))
    assert answer["clue_id"] == "LJ-20261129-0003"
    assert answer["module"]["code"] == "minor_protection"


def test_the_receiver_s_check_knows_our_signature_and_no_other(tmp_path: Path) -> None:
    program = tmp_path / "verify_notice.py"
    program.write_text(_block("python", "verify_notice.py"), encoding="utf-8")
    is_genuine = runpy.run_path(str(program))["is_genuine"]
    body, now = b'{"event": "clue.corrected"}', 1_800_000_000
    headers = {"X-Fenzhen-Timestamp": str(now), "X-Fenzhen-Delivery": "d",
               "X-Fenzhen-Signature": signature("s", now, "d", body)}  # fmt: skip
    assert is_genuine("s", headers, body, now + 10)
    assert not is_genuine("other", headers, body, now)
    assert not is_genuine("s", headers, body + b" ", now)
    assert not is_genuine("s", headers, body, now + 301)


def test_the_notice_shown_is_what_is_sent() -> None:
    labels = Labels("minor_protection", ("public_interest",), "urgent", "minors", "chengguan")
    sent = payload("clue.corrected", Notice("LJ", 1, "correct", Standing("corrected", labels)), NOW)
    shown = json.loads(_block("json", "notice"))
    assert json.loads(sent).keys() == shown.keys()
