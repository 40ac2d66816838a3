"""Clues over HTTP, from arrival to decision, on both databases."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from serving.access.api_keys import issue
from serving.access.policy import Scope
from serving.app import create_app
from serving.settings import Settings
from serving.storage.audit_tables import audit
from serving.storage.database import Database
from serving.storage.key_store import add_key
from tests.serving.arrivals import NOW, TEXTS
from tests.serving.clients import local_client

PRIVATE = "我叫王建国，电话13893161234，住城关区雁滩路123号。"


@pytest.fixture
def api(database: Database, bundle: Path, tmp_path: Path) -> Iterator[TestClient]:
    url = database.url.render_as_string(hide_password=False)
    application = create_app(Settings(model=bundle, database_url=url, files=tmp_path))
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(30)
        yield client


def _send(api: TestClient, clue_id: str, text: str = TEXTS[0]) -> dict[str, Any]:
    answer = api.post("/v1/classify", json={"clue_id": clue_id, "text": text})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_what_was_answered_can_be_read_again(api: TestClient) -> None:
    answer = _send(api, "LJ-1")
    clue = api.get("/v1/clues/LJ-1")
    assert clue.headers["etag"] == '"0"'
    assert clue.json()["proposal"] == answer
    assert clue.json()["text"] == TEXTS[0]
    assert clue.json()["received_at"].endswith("+08:00")


def test_the_same_clue_again_gets_the_very_same_answer(api: TestClient) -> None:
    assert _send(api, "LJ-1") == _send(api, "LJ-1")
    assert api.get("/v1/counts").json()["total"] == 1


@pytest.mark.parametrize("plus", ["+", "%2B"])
def test_a_moment_may_be_asked_for_as_the_answers_write_it(api: TestClient, plus: str) -> None:
    _send(api, "LJ-1")
    asked = f"/v1/counts?received_from=2026-01-01T10:00:00{plus}08:00"
    assert api.get(asked).json()["total"] == 1


def test_another_clue_under_the_id_is_a_conflict(api: TestClient) -> None:
    _send(api, "LJ-1")
    answer = api.post("/v1/classify", json={"clue_id": "LJ-1", "text": TEXTS[1]})
    assert (answer.status_code, answer.json()["code"]) == (409, "clue_id_taken")


def test_what_is_read_is_masked_and_the_answer_s_offsets_hold(api: TestClient) -> None:
    answer = _send(api, "LJ-1", PRIVATE + TEXTS[0])
    clue = api.get("/v1/clues/LJ-1").json()
    assert "13893161234" in PRIVATE
    for hidden in ("13893161234", "建国"):
        assert hidden not in api.get("/v1/clues/LJ-1").text
        assert hidden not in api.get("/v1/clues").text
    for span, masked in zip(answer["places"], clue["proposal"]["places"], strict=True):
        assert (span["start"], span["end"]) == (masked["start"], masked["end"])
        assert clue["text"][span["start"] : span["end"]] == masked["text"]


def test_the_whole_text_is_read_with_a_reason_and_leaves_a_trace(
    api: TestClient, database: Database
) -> None:
    _send(api, "LJ-1", PRIVATE)
    assert api.post("/v1/clues/LJ-1/whole", json={"reason": "curious"}).status_code == 422
    answer = api.post("/v1/clues/LJ-1/whole", json={"reason": "contact_sender"})
    assert answer.json()["text"] == PRIVATE
    with database.read() as connection:
        row = connection.execute(select(audit)).one()
    assert (row.action, row.subject, row.reason) == ("unmask", "clue:LJ-1", "contact_sender")
    assert "王建国" not in str(row)


def test_nothing_in_the_database_can_be_read_in_plain(api: TestClient, database: Database) -> None:
    _send(api, "LJ-1", PRIVATE)
    with database.read() as connection:
        for table in ("clues", "triages", "signatures", "audit"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "13893161234" not in str(rows)
            assert "王建国" not in str(rows)


def test_a_review_names_the_version_that_was_read(api: TestClient) -> None:
    _send(api, "LJ-1")
    path, confirm = "/v1/clues/LJ-1/reviews", {"act": "confirm"}
    assert api.post(path, json=confirm).json()["code"] == "version_required"
    done = api.post(path, json=confirm, headers={"If-Match": '"0"'})
    assert (done.status_code, done.headers["etag"]) == (201, '"1"')
    late = api.post(path, json=confirm, headers={"If-Match": '"0"'})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
    assert [event["act"] for event in api.get(path).json()] == ["confirm"]


def test_the_same_clue_sent_again_does_not_undo_a_decision(api: TestClient) -> None:
    answer = _send(api, "LJ-1")
    labels = {"module": "out_of_scope", "urgency": "inquiry", "function": "transfer",
              "procuratorate": "city"}  # fmt: skip
    body = {"act": "correct", "labels": labels, "reason": "wrong_module"}
    api.post("/v1/clues/LJ-1/reviews", json=body, headers={"If-Match": '"0"'})
    assert _send(api, "LJ-1") == answer
    assert api.get("/v1/clues/LJ-1").json()["labels"]["module"] == "out_of_scope"


def test_near_copies_are_shown_with_what_people_decided(api: TestClient) -> None:
    _send(api, "first", TEXTS[0])
    _send(api, "other", TEXTS[2])
    api.post("/v1/clues/first/reviews", json={"act": "confirm"}, headers={"If-Match": '"0"'})
    _send(api, "again", TEXTS[0] + "请尽快处理。")
    (found,) = api.get("/v1/clues/again/similar").json()
    assert (found["clue_id"], found["decided"]) == ("first", True)
    assert found["jaccard"] > 0.6


def test_near_copies_are_found_on_arrival_without_anybody_asking(api: TestClient) -> None:
    _send(api, "first", TEXTS[0])
    _send(api, "again", TEXTS[0] + "请尽快处理。")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        lines = api.get("/v1/clues").json()["items"]
        if all(line["similar"] == 1 for line in lines):
            return
        time.sleep(0.1)
    raise AssertionError(lines)


def test_lists_and_counts_take_the_same_filters(api: TestClient) -> None:
    for number, text in enumerate(TEXTS):
        _send(api, f"LJ-{number}", text)
    query = {"alarm": "true"}
    listed = api.get("/v1/clues", params=query).json()["items"]
    assert api.get("/v1/counts", params=query).json()["total"] == len(listed) > 0
    assert api.get("/v1/queue", params=query).json()["items"][0]["alarm"] is True
    by = api.get("/v1/counts", params={"by": "module"}).json()["by"]
    assert sum(part["number"] for part in by) == len(TEXTS)


@pytest.mark.parametrize(
    "path",
    ["confidence", "accuracy", "confusion", "agreement", "critical", "volumes", "latency",
     "deadlines", "models", "shadow"],
)  # fmt: skip
def test_every_figure_is_there_with_and_without_clues(api: TestClient, path: str) -> None:
    assert api.get(f"/v1/stats/{path}").status_code == 200
    _send(api, "LJ-1")
    api.post("/v1/clues/LJ-1/reviews", json={"act": "confirm"}, headers={"If-Match": '"0"'})
    assert api.get(f"/v1/stats/{path}").status_code == 200


def test_analysts_get_what_was_decided_and_answered_line_by_line(api: TestClient) -> None:
    _send(api, "LJ-1")
    api.post("/v1/clues/LJ-1/reviews", json={"act": "confirm"}, headers={"If-Match": '"0"'})
    assert len(api.get("/v1/labelled-clues").text.splitlines()) == 1
    assert len(api.get("/v1/answers").text.splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/clues/none", 404), ("/v1/clues/a%00b", 404), ("/v1/clues/" + "x" * 100, 404),
        ("/v1/clues?limit=0", 422), ("/v1/clues?after=x", 422), ("/v1/counts?by=text", 422),
        ("/v1/clues?search=a%00b", 422), ("/v1/clues?received_from=0001-01-01T00:00:00", 422),
        ("/v1/clues?module=%27%20OR%201=1", 422), ("/v1/stats/accuracy?head=text", 422),
        ("/v1/clues/none/reviews", 404), ("/v1/clues/none/similar", 404),
    ],
)  # fmt: skip
def test_a_wrong_question_is_a_problem_in_chinese(api: TestClient, path: str, status: int) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status, "application/problem+json",
    )  # fmt: skip
    assert any("\u4e00" <= character <= "\u9fff" for character in answer.json()["detail"])


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/clues?modul=x", "modul：没有这个查询参数，是否想写 module？"),
        ("/v1/queue?sort=urgency", "sort：没有这个查询参数，可用：module、urgency、"),
        ("/v1/counts?groupby=module", "groupby：没有这个查询参数，可用：module、urgency、"),
        ("/v1/stats/volumes?received_form=2026-01-01", "是否想写 received_from？"),
        ("/v1/stats/accuracy?heads=module", "是否想写 head？"),
        ("/v1/notices?stat=dead", "是否想写 state？"),
        ("/v1/labelled-clues?module=x", "module：这个地址不带查询参数，请删去"),
        ("/v1/clues/LJ-1?module=x", "module：这个地址不带查询参数，请删去"),
    ],
)
def test_a_misspelt_filter_is_told_and_does_not_list_everything(
    api: TestClient, path: str, told: str
) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
    assert told in answer.json()["detail"]


def test_a_stranger_hears_nothing_of_the_parameters(api: TestClient) -> None:
    wrong = {"Authorization": "Bearer x"}
    assert api.get("/v1/clues?modul=x", headers=wrong).status_code == 401


def test_a_very_long_parameter_is_cut_short(api: TestClient) -> None:
    assert len(api.get("/v1/clues", params={"x" * 5000: "1"}).content) < 2000


def test_the_same_moment_in_another_form_gets_the_very_same_answer(api: TestClient) -> None:
    clue = {"clue_id": "LJ-1", "text": TEXTS[0]}
    answers = [
        api.post("/v1/classify", json={**clue, "submitted_at": moment})
        for moment in (
            "2026-11-29T10:00:00+08:00", "2026-11-29T02:00:00Z", "2026-11-29T10:00:00",
        )
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.text for answer in answers}) == 1


def _keyed(database: Database, *scopes: Scope) -> dict[str, str]:
    key, token = issue("测试", scopes, "user:管", NOW, timedelta(days=3650))
    with database.write() as connection:
        add_key(connection, key)
    return {"Authorization": f"Bearer {token}"}


def test_a_key_opens_what_its_scopes_name_and_no_more(api: TestClient, database: Database) -> None:
    intake = _keyed(database, Scope.CLASSIFY)
    assert api.post("/classify", json={"text": TEXTS[0]}, headers=intake).status_code == 200
    refused = api.get("/v1/clues", headers=intake)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert api.get("/v1/clues", headers=_keyed(database, Scope.READ)).status_code == 200


def test_a_key_for_reviews_reads_the_clue_and_decides_on_it(
    api: TestClient, database: Database
) -> None:
    _send(api, "LJ-1")
    key = _keyed(database, Scope.REVIEW)
    read = api.get("/v1/clues/LJ-1", headers=key)
    decided = api.post(
        "/v1/clues/LJ-1/reviews", json={"act": "confirm"},
        headers=key | {"If-Match": read.headers["etag"]},
    )  # fmt: skip
    assert (decided.status_code, decided.json()["state"]) == (201, "confirmed")


@pytest.mark.parametrize("path", ["/model", "/v1/model"])
@pytest.mark.parametrize("scope", list(Scope))
def test_the_model_is_shown_to_keys_that_may_read_it(
    api: TestClient, database: Database, scope: Scope, path: str
) -> None:
    allowed = scope in (Scope.CLASSIFY, Scope.MODEL)
    answer = api.get(path, headers=_keyed(database, scope))
    assert answer.status_code == (200 if allowed else 403)


@pytest.mark.parametrize(
    "given", ["Bearer x", "Bearer ", "Basic abc", "x", "Bearer fz_00000000_" + "a" * 43]
)
def test_a_wrong_key_opens_nothing_even_here(api: TestClient, given: str) -> None:
    answer = api.get("/v1/clues", headers={"Authorization": given})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_what_an_unknown_sender_sends_is_not_read(api: TestClient) -> None:
    headers = {"Authorization": "Bearer x", "Content-Type": "application/json"}
    too_large = b"[" + b"1," * 3 * 1024**2
    answer = api.post("/v1/clues/LJ-1/reviews", content=too_large, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize("path", ["reviews", "whole"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 100_000, "too_deep"),
        (b'{"act": "confirm", "note": "' + b"a" * 3 * 1024**2, "body_too_large"),
        (b"{", "invalid_json"),
        (b"\xff", "not_utf8"),
        (b'{"act": "confirm", "reason": 1}', "invalid_query"),
    ],
)
def test_the_body_of_a_review_has_the_limits_of_a_clue_s(
    api: TestClient, path: str, body: bytes, code: str
) -> None:
    _send(api, "LJ-1")
    headers = {"Content-Type": "application/json", "If-Match": '"0"'}
    answer = api.post(f"/v1/clues/LJ-1/{path}", content=body, headers=headers)
    assert answer.json()["code"] == code


def test_who_asks_too_often_is_told_when_to_come_again(bundle: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'fenzhen.db'}")
    settings = Settings(
        model=bundle, database_url=str(database.url), files=tmp_path, requests_per_minute=2
    )
    with local_client(create_app(settings)) as client:
        key = _keyed(database, Scope.READ)
        answers = [client.get("/v1/counts", headers=key) for _ in range(4)]
    refused = answers[-1]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    assert "30 秒" in refused.json()["detail"]


def test_from_elsewhere_nothing_opens_without_a_key(api: TestClient) -> None:
    application = api.app
    assert isinstance(application, FastAPI)
    elsewhere = TestClient(application, base_url="http://127.0.0.1", client=("10.0.0.8", 1))
    lured = TestClient(application, base_url="http://evil.test", client=("127.0.0.1", 1))
    assert elsewhere.get("/v1/clues").status_code == 401
    assert lured.get("/v1/clues").status_code == 401
