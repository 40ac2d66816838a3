"""What reviewers decide in the running service reaches the analyst, on both databases."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from fenzhen import app
from model.bundle import read_bundle, write_bundle
from serving.app import create_app
from serving.settings import Settings
from tests.databases import fresh_postgresql, migrated, postgresql_server
from tests.serving.clients import local_client

CORPUS = Path(__file__).parents[2] / "datasets" / "clues" / "judicial_aid.jsonl"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('service') / 'fenzhen.db'}"
        migrated(url).close()
        yield url
        return
    with postgresql_server() as server:
        url = fresh_postgresql(server, "loop")
        migrated(url).close()
        yield url


@pytest.fixture(scope="module")
def challenger(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of another version that answers alike."""
    folder = Path(shutil.copytree(bundle, tmp_path_factory.mktemp("challenger") / "bundle"))
    files = dict(read_bundle(folder).files)
    files["card.json"] += b"\n"
    write_bundle(folder, files)
    return folder


@pytest.fixture(scope="module")
def service(
    address: str, bundle: Path, challenger: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """Twelve clues answered, by the challenger unseen too; one corrected, ten confirmed."""
    settings = Settings(
        model=bundle, shadow_model=challenger, database_url=address,
        files=tmp_path_factory.mktemp("files"),
    )  # fmt: skip
    application = create_app(settings)
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(60)
        assert application.state.service.shadow.settled.wait(60)
        texts = [json.loads(line)["text"] for line in CORPUS.read_text("utf-8").splitlines()]
        for number, text in enumerate(texts[:12]):
            clue = {"clue_id": f"L-{number}", "text": text}
            assert client.post("/v1/classify", json=clue).status_code == 200
        labels = {
            "module": "service_center", "urgency": "normal", "function": "civil",
            "procuratorate": "city",
        }  # fmt: skip
        _review(client, "L-0", {"act": "correct", "labels": labels, "note": "对照疑难判例"})
        for number in range(1, 11):
            _review(client, f"L-{number}", {"act": "confirm"})
        _wait_for(lambda: len(client.get("/v1/answers").text.splitlines()) == 24)
        yield client


def _wait_for(done: Callable[[], bool]) -> None:
    for _ in range(600):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("the shadow did not answer")


def _review(client: TestClient, clue_id: str, body: dict[str, object]) -> None:
    path = f"/v1/clues/{clue_id}/reviews"
    answer = client.post(path, json=body, headers={"If-Match": '"0"'})
    assert answer.status_code < 300, answer.text


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CORPUS.parents[2])


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.slow
@pytest.mark.usefixtures("service")
def test_reviews_are_imported(address: str, tmp_path: Path) -> None:
    output = tmp_path / "复核.jsonl"
    result = _run("data", "import", "--from-service", address, "--output", str(output))
    assert result.exit_code == 0, result.stderr
    rows = {row["clue_id"]: row for row in map(json.loads, output.read_text("utf-8").splitlines())}
    assert len(rows) == 11 and all(row["source"] == "service" for row in rows.values())
    assert (rows["L-0"]["module"], rows["L-0"]["function"]) == ("service_center", "civil")
    assert rows["L-0"]["labelled_at"].endswith("Z")


@pytest.mark.slow
@pytest.mark.usefixtures("service")
def test_what_nobody_has_decided_is_suggested(address: str, bundle: Path, tmp_path: Path) -> None:
    known = CORPUS.with_name("case_information.jsonl")
    output = tmp_path / "待标注.jsonl"
    result = _run(
        "data", "suggest", "--from-service", address, "--data", str(known), "--model", str(bundle),
        "--format", "jsonl", "--output", str(output),
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    rows = map(json.loads, output.read_text("utf-8").splitlines())
    assert [row["clue_id"] for row in rows] == ["L-11"]


@pytest.mark.slow
@pytest.mark.usefixtures("service")
def test_the_shadow_is_judged_by_what_it_answered_and_people_decided(
    address: str, bundle: Path, challenger: Path
) -> None:
    result = _run("compare", str(challenger), str(bundle), "--shadow", address)
    assert result.exit_code == 1, result.stderr
    for head in ("模块", "紧急程度", "承办职能"):
        assert f"{head}：11 件中仅新模型对 0 件、仅现役对 0 件" in result.stdout
    assert "尚无定论，请继续影子运行并复核" in result.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("service")
def test_windows_and_corrections_come_from_the_views(address: str) -> None:
    day = date.today()
    window = f"{day - timedelta(days=1)}..{day + timedelta(days=1)}"
    result = _run(
        "monitor", "--from-service", address, "--before", window, "--after", window, "--json"
    )
    assert result.exit_code == 0, result.stderr
    signals = {signal["code"]: signal for signal in json.loads(result.stdout)["signals"]}
    assert signals["mix_module"]["sizes"] == [12, 12]
    assert signals["correction_module"]["sizes"] == [11, 11]
    assert signals["correction_module"]["before"] == pytest.approx(1 / 11)
