"""What reviewers decided in the service comes in by database or HTTP, and outranks the rest."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from label_files import SEWAGE, Importer, json_lines, row

from tests.databases import postgresql_server
from training.exchange.service_in import ServiceUnavailable, service_rows

REVIEW = row("c1", secondary_modules="business_environment;judicial_aid") | {
    "labeller": "复核员7",
    "labelled_at": "2026-11-20T02:00:00+00:00",
    "source": "service",
    "urgency": "normal",
    "note": "",
}
TABLE = (
    "CREATE TABLE labelled_clues (clue_id TEXT, title TEXT, text TEXT, channel TEXT, location TEXT,"
    " submitted_at TEXT, module TEXT, secondary_modules TEXT, urgency TEXT, function TEXT,"
    " source TEXT, labeller TEXT, labelled_at TEXT, note TEXT)"
)
_VALUES = ", ".join(f"'{value}'" for value in REVIEW.values())
INSERT = f"INSERT INTO labelled_clues ({', '.join(REVIEW)}) VALUES ({_VALUES})"


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "fenzhen.db"
    with sqlite3.connect(path) as connection:
        connection.execute(TABLE)
        connection.execute(INSERT)
    return f"sqlite:///{path}"


def test_a_review_outranks_a_later_label(tmp_path: Path, read: Importer, database: str) -> None:
    later = row("c1", labelled_at="2026-11-25", labeller="甲", urgency="critical")
    found = read(json_lines(tmp_path / "a.jsonl", later), service=database)
    (clue,) = found.merge.clues
    assert (clue.settled.urgency, clue.settled.source) == ("normal", "service")
    assert clue.settled.secondary_modules == ("business_environment", "judicial_aid")
    assert found.merge.conflicts[0].because == "服务中的人工复核"


@pytest.mark.slow
def test_reviews_come_from_postgresql(
    read: Importer,
) -> None:
    with postgresql_server() as url:
        plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(TABLE)
            connection.execute(INSERT)
        (clue,) = read(service=plain).merge.clues
        assert clue.settled.clue.text == SEWAGE


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        allowed = self.headers["Authorization"] == "Bearer right"
        known = self.path == "/v1/labelled-clues"
        self.send_response(200 if allowed and known else 403)
        self.end_headers()
        if allowed and known:
            self.wfile.write(json.dumps(REVIEW).encode() + b"\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_reviews_come_over_http(
    address: str, read: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FENZHEN_API_KEY", "right")
    (clue,) = read(service=address).merge.clues
    assert clue.settled.labeller == "复核员7"


def test_a_refusal_says_what_to_do_and_hides_the_key(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FENZHEN_API_KEY", "wrong-secret")
    with pytest.raises(ServiceUnavailable) as caught:
        list(service_rows(address, "labelled_clues"))
    assert "没有 export 权限" in caught.value.detail and "wrong-secret" not in caught.value.detail


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:////nowhere/x.db", "找不到数据库文件"),
        ("postgresql://u:secret@127.0.0.1:1/x", "读不到 postgresql+psycopg://u:***@127.0.0.1"),
        ("http://127.0.0.1:1", "连不上"),
        ("ftp://x", "不认识的服务地址"),
    ],
)
def test_a_wrong_address_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("FENZHEN_API_KEY", "k")
    with pytest.raises(ServiceUnavailable) as caught:
        list(service_rows(address, "labelled_clues"))
    assert words in caught.value.detail and "secret" not in caught.value.detail


def test_a_database_without_the_view_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "leer.db"
    sqlite3.connect(path).close()
    path.write_bytes(b"")
    with pytest.raises(ServiceUnavailable, match="是否已升级到本版本"):
        list(service_rows(f"sqlite:///{path}", "labelled_clues"))
