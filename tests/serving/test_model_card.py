"""GET /model: which model answers, and how good it was found."""

from starlette.testclient import TestClient

from model.triager import Triager


def test_the_card_names_the_model_its_data_and_its_measures(
    client: TestClient, triager: Triager
) -> None:
    answer = client.get("/model").json()
    assert answer["model"] == triager.identity.model_dump()
    assert answer["card"] == triager.card
    assert answer["card"]["data"]["sha256"]
    assert answer["card"]["metrics"]


def test_the_card_lists_every_label_with_its_name(client: TestClient, triager: Triager) -> None:
    labels = client.get("/model").json()["labels"]
    assert {label["code"]: label["name"] for label in labels["module"]} == {
        module.code: module.name for module in triager.taxonomy.modules
    }
    assert set(labels) == {"module", "urgency", "function"}


def test_the_card_says_how_far_to_trust_the_measures(client: TestClient) -> None:
    assert "拟写" in client.get("/model").json()["notice"]
