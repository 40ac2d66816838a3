"""Every bad request gets a coded problem in Chinese that never repeats the text."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from model.clue import MAX_TEXT_LENGTH, Clue
from serving.app import create_app
from serving.problems import KINDS, Problem
from serving.settings import Settings
from tests.serving.clients import local_client

JSON = {"content-type": "application/json"}
PRIVATE = "甲某住在城关区某小区三号楼"
THOUSAND_FIELDS = json.dumps(dict.fromkeys(map(str, range(1000)))).encode()

BAD_BODIES: list[tuple[str, bytes, str]] = [
    ("empty body", b"", "invalid_json"),
    ("half JSON", b'{"text": "a', "invalid_json"),
    ("not a number", b'{"text": NaN}', "invalid_clue"),
    ("a number of 5000 digits", b'{"text": ' + b"9" * 5000 + b"}", "invalid_json"),
    ("byte order mark", b'\xef\xbb\xbf{"text": "a"}', "invalid_json"),
    ("raw NUL", b'{"text": "a\x00b"}', "invalid_json"),
    ("invalid UTF-8", b'{"text": "\xe9\x9b"}', "not_utf8"),
    ("GBK", f'{{"text": "{PRIVATE}"}}'.encode("gbk"), "not_utf8"),
    ("100,000 brackets", b"[" * 100_000, "too_deep"),
    ("100,000 objects", b'{"text":' * 100_000, "too_deep"),
    ("a list", b"[]", "invalid_clue"),
    ("null", b"null", "invalid_clue"),
    ("no text", b"{}", "invalid_clue"),
    ("empty text", b'{"text": ""}', "invalid_clue"),
    ("blank text", '{"text": " \\n\\t　"}'.encode(), "invalid_clue"),
    ("zero-width text", b'{"text": "\\u200b\\u2060"}', "invalid_clue"),
    ("a list for a string", b'{"text": ["a"]}', "invalid_clue"),
    ("a number for a string", b'{"text": 1}', "invalid_clue"),
    ("escaped NUL", b'{"text": "a\\u0000b"}', "invalid_clue"),
    ("lone surrogate", b'{"text": "\\ud800"}', "invalid_clue"),
    ("lone surrogate as a field", b'{"text": "a", "\\udfff": 1}', "invalid_clue"),
    ("20,001 characters", json.dumps({"text": "字" * 20_001}).encode(), "invalid_clue"),
    ("a megabyte", json.dumps({"text": "x" * 1024**2}).encode(), "invalid_clue"),
    ("three megabytes", b'{"text": "' + b"x" * 3 * 1024**2 + b'"}', "body_too_large"),
    ("unknown field", b'{"text": "a", "txt": 1}', "invalid_clue"),
    ("a thousand unknown fields", THOUSAND_FIELDS, "invalid_clue"),
    ("no time", '{"text": "a", "submitted_at": "昨天"}'.encode(), "invalid_clue"),
    ("the last year of all", b'{"text": "a", "submitted_at": "9999-12-31T23:59Z"}', "invalid_clue"),
    ("a number too large for a time", b'{"text": "a", "submitted_at": 1e308}', "invalid_clue"),
    ("a long id", json.dumps({"text": "a", "clue_id": "1" * 65}).encode(), "invalid_clue"),
    ("an id of two lines", b'{"text": "a", "clue_id": "l\\nf"}', "invalid_clue"),
    ("an id that is a path", b'{"text": "a", "clue_id": "x/similar"}', "invalid_clue"),
    ("an id that leads up", b'{"text": "a", "clue_id": ".."}', "invalid_clue"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "code"),
    [(body, code) for _, body, code in BAD_BODIES],
    ids=[name for name, _, _ in BAD_BODIES],
)
def test_a_bad_body_gets_its_code(client: TestClient, body: bytes, code: str) -> None:
    answer = client.post("/classify", content=body, headers=JSON)
    problem = Problem.model_validate_json(answer.content)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem.code, problem.status) == (code, KINDS[code].status)
    assert answer.status_code == problem.status
    assert problem.detail


def test_the_longest_allowed_text_is_answered(client: TestClient) -> None:
    assert client.post("/classify", json={"text": "字" * MAX_TEXT_LENGTH}).status_code == 200


def test_every_wrong_field_is_named_at_once(client: TestClient) -> None:
    body = {"text": ["a"], "txt": 1, "clue_id": "x" * 65}
    errors = client.post("/classify", json=body).json()["errors"]
    assert {error["field"] for error in errors} == {"text", "txt", "clue_id"}
    assert {error["message"][:2] for error in errors} == {"应为", "不认", "过长"}


def test_a_problem_never_repeats_the_text(client: TestClient) -> None:
    body = {"text": [PRIVATE], "title": PRIVATE * 100, "submitted_at": PRIVATE}
    assert PRIVATE not in client.post("/classify", json=body).text


def test_a_sender_s_own_field_name_is_cut_short(client: TestClient) -> None:
    answer = client.post("/classify", json={"text": "a", "x" * 10_000: 1})
    assert len(answer.content) < 1000


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=gbk"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
def test_another_media_type_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/classify", content=b'{"text": "a"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_utf_8_may_be_stated(client: TestClient) -> None:
    headers = {"content-type": 'Application/JSON; charset="UTF-8"'}
    assert client.post("/classify", content=b'{"text": "a"}', headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/classify", "method_not_allowed"),
        ("DELETE", "/model", "method_not_allowed"),
        ("GET", "/nothing", "not_found"),
        ("POST", "/classify/", "not_found"),
        ("GET", "/static-offline-docs/nothing.js", "not_found"),
    ],
)
def test_a_wrong_address_gets_a_problem(
    client: TestClient, method: str, path: str, code: str
) -> None:
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.status_code) == (code, KINDS[code].status)


def test_the_allowed_method_is_named(client: TestClient) -> None:
    assert client.get("/classify").headers["allow"] == "POST"


def test_an_endless_body_without_length_is_cut_off_at_the_limit(
    application: FastAPI, client: TestClient
) -> None:
    """Called below HTTP, where the chunks that were taken can be counted."""
    chunk, taken, sent = b"x" * 65_536, [0], []

    async def receive() -> Message:
        taken[0] += 1
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/classify",
        "query_string": b"",
        "client": ("127.0.0.1", 50_000),
        "headers": [(b"content-type", b"application/json"), (b"host", b"127.0.0.1")],
    }
    asyncio.run(application(scope, receive, send))
    assert sent[0]["status"] == 413
    assert taken[0] * len(chunk) <= 2 * 1024**2 + len(chunk)


@pytest.fixture(scope="module")
def small(bundle: Path) -> Iterator[TestClient]:
    application = create_app(Settings(model=bundle, max_body_bytes=1024))
    with local_client(application) as client:
        application.state.service.champion.settled.wait(timeout=30)
        yield client


@pytest.mark.parametrize(("size", "status"), [(1024, 422), (1025, 413)])
def test_the_limit_of_a_body_is_a_setting(small: TestClient, size: int, status: int) -> None:
    body = b'{"text": "", "title": "' + b"x" * (size - 25) + b'"}'
    assert len(body) == size
    assert small.post("/classify", content=body, headers=JSON).status_code == status


_leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
_json = st.recursive(
    _leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)
_clue_like = st.fixed_dictionaries(
    {},
    optional={name: _json | st.text(min_size=1) for name in Clue.model_fields}
    | {"submitted_at": st.datetimes().map(str) | st.floats() | st.integers() | st.text()},
)


@given(_json | _clue_like)
@settings(max_examples=200, deadline=None)
def test_no_json_ever_yields_a_server_error(client: TestClient, content: object) -> None:
    answer = client.post("/classify", content=json.dumps(content), headers=JSON)
    assert answer.status_code < 500


@given(st.lists(_clue_like | _json, max_size=4))
@settings(max_examples=100, deadline=None)
def test_no_batch_ever_yields_a_server_error(client: TestClient, content: list[object]) -> None:
    answer = client.post("/classify/batch", content=json.dumps({"clues": content}), headers=JSON)
    assert answer.status_code < 500
    if answer.status_code == 200:
        assert '"internal_error"' not in answer.text


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_bytes_ever_yield_a_server_error(client: TestClient, body: bytes) -> None:
    assert 400 <= client.post("/classify", content=body, headers=JSON).status_code < 500
