"""POST /classify/batch: every clue on its own."""

import json
from concurrent.futures import Future

import pytest
from starlette.testclient import TestClient

from serving.batch import Failed, batch_answer
from serving.examples import FOUNDING_CLUE

JSON = {"content-type": "application/json"}


def test_each_clue_is_answered_as_it_would_be_alone(client: TestClient) -> None:
    clues = [FOUNDING_CLUE, FOUNDING_CLUE | {"clue_id": "LJ-2", "text": "皋兰县有人盗采河砂"}]
    results = client.post("/classify/batch", json={"clues": clues}).json()["results"]
    alone = [client.post("/classify", json=clue).json() for clue in clues]
    assert results == [{"index": n, "triage": triage} for n, triage in enumerate(alone)]


def test_a_bad_item_fails_only_itself(client: TestClient) -> None:
    clues = [FOUNDING_CLUE, {"text": ""}, 5, {"text": "\ud800"}, {"txt": 1}, FOUNDING_CLUE]
    body = json.dumps({"clues": clues})
    results = client.post("/classify/batch", content=body, headers=JSON).json()["results"]
    assert [result["index"] for result in results] == list(range(6))
    assert ["triage" in result for result in results] == [True, False, False, False, False, True]
    assert {result["error"]["code"] for result in results[1:5]} == {"invalid_clue"}
    assert results[1]["error"]["errors"][0]["field"] == "clues[1].text"


def test_a_failure_of_the_program_on_one_item_is_told_in_its_place() -> None:
    failed: Future[str] = Future()
    failed.set_exception(RuntimeError("城关区"))
    result = json.loads(batch_answer([failed]))["results"][0]
    assert Failed.model_validate(result).error.code == "internal_error"
    assert "城关区" not in str(result)


def test_another_clue_under_a_taken_id_fails_only_itself(client: TestClient) -> None:
    clues = [FOUNDING_CLUE, FOUNDING_CLUE | {"text": "别的事情，想咨询一下"}]
    results = client.post("/classify/batch", json={"clues": clues}).json()["results"]
    assert ["triage" in result for result in results] == [True, False]
    assert results[1]["error"]["code"] == "clue_id_taken"


def test_an_empty_batch_is_an_empty_answer(client: TestClient) -> None:
    assert client.post("/classify/batch", json={"clues": []}).json() == {"results": []}


@pytest.mark.parametrize(("count", "status"), [(50, 200), (51, 413)])
def test_a_batch_has_a_limit(client: TestClient, count: int, status: int) -> None:
    answer = client.post("/classify/batch", json={"clues": [FOUNDING_CLUE] * count})
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "batch_too_large"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{}", "invalid_clue"),
        ("[]", "invalid_clue"),
        ('{"clues": {}}', "invalid_clue"),
        ('{"clues": [], "more": 1}', "invalid_clue"),
        ('{"clues": [', "invalid_json"),
        ("[" * 100_000, "too_deep"),
    ],
)
def test_a_body_that_is_no_batch_is_refused(client: TestClient, body: str, code: str) -> None:
    answer = client.post("/classify/batch", content=body, headers=JSON)
    assert (answer.json()["code"], answer.headers["content-type"]) == (
        code,
        "application/problem+json",
    )
