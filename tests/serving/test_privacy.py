"""What a citizen wrote appears in no log and stays in no cache."""

import logging

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.testclient import TestClient

from serving.guard import Guard
from serving.problems import Problem

PRIVATE = "举报人甲某住城关区"


async def _fails_quoting_the_text(request: Request) -> Response:
    raise RuntimeError(PRIVATE)


def test_an_unforeseen_error_is_a_problem_and_its_message_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    application = Guard(Router([Route("/fail", _fails_quoting_the_text)]))
    with caplog.at_level(logging.DEBUG):
        answer = TestClient(application).get("/fail")
    assert Problem.model_validate_json(answer.content).code == "internal_error"
    assert answer.status_code == 500
    assert PRIVATE not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert "test_privacy.py" in caplog.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/classify", {"text": PRIVATE}),
        ("/classify", {"text": PRIVATE, PRIVATE: PRIVATE}),
        (f"/classify?text={PRIVATE}", {"text": PRIVATE}),
        (f"/{PRIVATE}", {"text": PRIVATE}),
        ("/classify/batch", {"clues": [{"text": PRIVATE}, {"text": [PRIVATE]}]}),
    ],
)
def test_no_log_holds_the_text(
    client: TestClient, caplog: pytest.LogCaptureFixture, path: str, body: dict[str, object]
) -> None:
    with caplog.at_level(logging.DEBUG, logger="fenzhen"):
        client.post(path, json=body)
    ours = [record for record in caplog.records if record.name.startswith("fenzhen")]
    assert ours
    assert all(PRIVATE not in record.getMessage() for record in ours)


def test_the_access_log_tells_method_route_status_and_time(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="fenzhen.access"):
        client.post("/classify?x=1", json={"text": "城关区"})
    messages = [record.getMessage() for record in caplog.records if "access" in record.name]
    assert len(messages) == 1
    assert messages[0].startswith("POST /classify 200 ")


@pytest.mark.parametrize("path", ["/classify", "/healthz", "/nothing", "/docs"])
def test_every_answer_forbids_caching_sniffing_and_framing(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
