"""What a hostile sender writes into any field stays words: in answers, logs, tables and files."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, inspect, select
from starlette.testclient import TestClient

from model.table_writers import write_rows
from serving.app import create_app
from serving.logs import log_configuration
from serving.settings import Settings
from serving.storage.database import Database
from serving.storage.tables import clues, metadata
from tests.databases import migrated
from tests.serving.clients import local_client
from tests.serving.interface_fields import StringField, string_fields
from tests.serving.test_jobs import done

_JSON = {"content-type": "application/json"}
ATTACKS = {
    "sql": "x'); DROP TABLE clues; --",
    "sql or": "' OR '1'='1",
    "log line": "好\n2026-11-29T08:00:00Z [error    ] 伪造的一行 [fenzhen.access]",
    "terminal": "\x1b[2J\x1b]0;改标题\x07",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{7*7}}${7*7}%s%n{0}",
    "formula": '=HYPERLINK("http://evil.test","点我")',
    "path": "../../../../etc/passwd",
    "json": '"},"role":"admin","x":{"',
    "header": "x\r\nSet-Cookie: stolen=1",
    "null": "a\x00b",
    "surrogate": "a\ud800b",
    "bidi": "\u202egnp.exe\u2066",
}


@pytest.fixture(scope="module")
def api(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("injection")
    migrated(f"sqlite:///{folder}/x.db").close()
    application = create_app(
        Settings(model=bundle, database_url=f"sqlite:///{folder}/x.db", files=folder)
    )
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(30)
        client.post("/v1/classify", json={"clue_id": "LJ-1", "text": "砖厂半夜偷排黑烟，没人管。"})
        yield client


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as it is written in production, line by line."""
    logging.config.dictConfig(log_configuration(production=True))
    written = io.StringIO()
    handler = logging.getLogger("fenzhen").handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def _database(api: TestClient) -> Database:
    database: Database = api.app.state.service.database  # type: ignore[attr-defined]
    return database


def test_the_interface_has_fields_of_every_kind() -> None:
    found = list(string_fields())
    assert {field.where for field in found} == {"path", "query", "header", "body"}
    assert StringField("post", "/v1/classify/batch", "body", ("clues", 0, "title")) in found
    assert len(found) > 100


@pytest.mark.parametrize("field", list(string_fields()), ids=str)
def test_no_field_lets_anything_but_words_through(
    api: TestClient, log: io.StringIO, field: StringField
) -> None:
    for attack in ATTACKS.values():
        answer = api.request(**field.request(attack, {"clue_id": "LJ-1", "job_id": "x"}))
        assert answer.status_code < 500, (attack, answer.text)
        assert "set-cookie" not in answer.headers
        assert "stolen" not in str(answer.headers)
        if answer.status_code >= 400:
            assert attack not in answer.text
        kind = answer.headers.get("content-type", "")
        assert answer.status_code == 204 or kind.startswith("application/"), kind
    lines = log.getvalue().splitlines()
    assert len(lines) >= len(ATTACKS)
    for line in lines:
        assert {"level", "logger", "event"} <= set(json.loads(line))
        assert "伪造" not in line
        assert "程序出错" not in line
    with _database(api).read() as connection:
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
        assert connection.execute(select(func.count()).select_from(clues)).scalar_one() >= 1


def test_a_condition_in_a_search_is_searched_for(api: TestClient) -> None:
    for attack in ("' OR '1'='1", "%", "_", "' OR 1=1 --"):
        for path in ("/v1/clues", "/v1/queue"):
            items = api.get(path, params={"search": attack}).json()["items"]
            for line in items:
                assert attack in f"{line['clue_id']} {line['title']} {line['excerpt']}"


@pytest.fixture(scope="module")
def hostile(api: TestClient) -> dict[str, str]:
    """Attacks that may be stored, by the id of a clue that carries each in all its texts, decided
    with the attack as a note."""
    stored = {}
    for number, attack in enumerate(ATTACKS.values()):
        clue = {"clue_id": f"EY-{number}", "channel": attack[:30], **_texts(attack)}
        answer = api.post("/v1/classify", content=json.dumps(clue), headers=_JSON)
        if answer.status_code != 200:
            continue
        path = f"/v1/clues/{clue['clue_id']}/reviews"
        body = {"act": "confirm", "note": attack}
        assert api.post(path, json=body, headers={"If-Match": '"0"'}).status_code == 201
        stored[clue["clue_id"]] = attack
    assert len(stored) == len(ATTACKS) - 2  # no null, no half of a character
    return stored


def _texts(attack: str) -> dict[str, str]:
    return {"title": attack, "location": attack, "text": f"{attack}砖厂偷排黑烟，没人管。"}


@pytest.mark.parametrize("path", ["/v1/labelled-clues", "/v1/answers"])
def test_an_export_has_one_clue_a_line(api: TestClient, hostile: dict[str, str], path: str) -> None:
    rows = [json.loads(line) for line in api.get(path).content.splitlines()]
    found = {row["clue_id"]: row for row in rows}
    for clue_id, attack in hostile.items():
        assert found[clue_id]["text"].startswith(attack[:8])
        assert {"clue_id", "module", "urgency", "function"} <= set(found[clue_id])


def test_no_cell_of_an_excel_result_is_anything_but_text(api: TestClient, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {attack: attack, "channel": attack[:30], **_texts(attack)}
        for attack in ATTACKS.values()
        if "\ud800" not in attack
    ]
    write_rows(tmp_path / "in.xlsx", rows)
    content = (tmp_path / "in.xlsx").read_bytes()
    job = done(api, content, format="xlsx", output="xlsx")
    result = api.get(f"/v1/jobs/{job['job_id']}/result")
    assert result.headers["content-disposition"] == 'attachment; filename="triages.xlsx"'
    sheet = load_workbook(io.BytesIO(result.content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert all(cell.quotePrefix for cell in cells if cell.value[0] in "=+-@\t\r")
    assert sheet.max_row == len(rows) + 1
