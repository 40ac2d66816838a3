"""The documentation page: offline, in Chinese, with examples that are true."""

import re

import pytest
from starlette.testclient import TestClient

from model.clue import Clue
from serving.examples import FOUNDING_CLUE


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_a_page_loads_everything_from_the_service(client: TestClient, page: str) -> None:
    html = client.get(page).text
    assert "//" not in re.sub(r"<!--.*?-->|^\s*//.*$", "", html, flags=re.DOTALL | re.MULTILINE)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert loaded
    for address in loaded:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_browser_is_told_to_load_nothing_from_elsewhere(client: TestClient, page: str) -> None:
    policy = client.get(page).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_the_example_answer_is_what_the_model_answers(client: TestClient) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/classify"]["post"]
    request = operation["requestBody"]["content"]["application/json"]
    answer = operation["responses"]["200"]["content"]["application/json"]
    assert answer["schema"] == {"$ref": "#/components/schemas/Triage"}
    assert client.post("/classify", json=request["example"]).json() == answer["example"]


def test_the_example_request_is_a_valid_clue() -> None:
    assert Clue.model_validate(FOUNDING_CLUE).clue_id


def test_every_field_of_a_clue_is_described_in_chinese(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    body = paths["/classify"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    described = {
        name for name, field in body["properties"].items() if _is_chinese(field.get("description"))
    }
    assert described >= set(body["properties"]) - {"clue_id"}


def test_every_operation_is_summarised_in_chinese(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    assert len(operations) > 20
    assert all(_is_chinese(operation["summary"]) for operation in operations)
    assert all(_is_chinese(operation["description"]) for operation in operations)


def test_errors_are_documented_as_problems(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    responses = paths["/classify"]["post"]["responses"]
    assert set(responses) == {
        "200", "400", "401", "403", "408", "409", "413", "415", "422", "429", "503",
    }  # fmt: skip
    assert "application/problem+json" in responses["422"]["content"]


def _is_chinese(text: str | None) -> bool:
    return bool(text and re.search("[\u4e00-\u9fff]", text))
