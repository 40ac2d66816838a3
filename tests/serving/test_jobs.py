"""POST /v1/jobs: a file in, a file out, every row a stored clue."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from model.table_writers import write_rows
from model.tables import Row, read_rows
from serving.app import create_app
from serving.jobs import working
from serving.jobs.queue import (
    MAX_ATTEMPTS,
    add_job,
    begin_job,
    find_job,
    finish_job,
    new_job_id,
    take_job,
)
from serving.jobs.reader import masked
from serving.settings import Settings
from serving.storage.database import Database
from tests.serving.arrivals import TEXTS
from tests.serving.clients import local_client
from tests.serving.people import JIA


@pytest.fixture
def api(database: Database, bundle: Path, tmp_path: Path) -> Iterator[TestClient]:
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(
        model=bundle, database_url=url, files=tmp_path / "files", max_file_bytes=1_000_000
    )
    application = create_app(settings)
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(30)
        yield client


def done(api: TestClient, content: bytes, **query: str) -> dict[str, Any]:
    accepted = api.post("/v1/jobs", params=query, content=content)
    assert accepted.status_code == 202
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job: dict[str, Any] = api.get(accepted.headers["location"]).json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise TimeoutError


def _lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_every_row_is_answered_and_stored(api: TestClient) -> None:
    rows = [{"text": text, "办件人": "甲"} for text in TEXTS] + [{"text": ""}]
    job = done(api, _lines(*rows), format="jsonl")
    assert (job["state"], job["rows"], job["failed"]) == ("done", 7, 1)
    result = api.get(f"/v1/jobs/{job['job_id']}/result").text.splitlines()
    assert ["triage" in json.loads(line) for line in result] == [True] * 6 + [False]
    assert api.get("/v1/counts").json()["total"] == 6


def test_the_result_is_masked(api: TestClient, tmp_path: Path) -> None:
    job = done(api, _lines({"text": f"电话13893161234。{TEXTS[0]}"}), format="jsonl")
    assert "13893161234" not in api.get(f"/v1/jobs/{job['job_id']}/result").text
    for path in (tmp_path / "files" / "jobs").rglob("*"):
        assert b"13893161234" not in path.read_bytes()


@pytest.mark.parametrize(
    "row",
    [
        {"text": TEXTS[0], "contact": {"phone": "13912345678"}},
        {"text": TEXTS[0], "contact": [{"phone": ["13912345678"]}]},
        {"text": TEXTS[0], "phone": 13912345678},
        {"text": TEXTS[0], "13912345678": "来电"},
        {"text": TEXTS[0], "contact": {"13912345678": True}},
        {"text": ["我叫张小明，电话13912345678"]},
        {"text": TEXTS[0], "13912345678": "\x00"},
    ],
    ids=["nested", "in a list", "number", "column", "nested name", "no text", "in a mistake"],
)
def test_personal_data_is_masked_wherever_it_stands(api: TestClient, row: dict[str, Any]) -> None:
    job = done(api, _lines(row), format="jsonl")
    result = api.get(f"/v1/jobs/{job['job_id']}/result").text
    assert "张小明" not in result
    assert "13912345678" not in result


def test_an_identity_number_is_masked_though_it_is_a_number() -> None:
    identity = 620102199001011233
    row = Row(1, {"text": TEXTS[0], "证号": identity})
    assert masked(row)["证号"] == "*" * 18


def test_ordinary_values_stay_as_they_are() -> None:
    values = {
        "text": TEXTS[0],
        "件数": 3,
        "比例": 0.25,
        "日期": 20261130,
        "紧急": True,
        "附": [None],
    }
    assert masked(Row(1, values)) == values


def test_no_value_is_lost_when_names_are_masked_alike() -> None:
    row = Row(1, {"text": TEXTS[0], "13912345678": "甲", "13912345679": "乙"})
    assert masked(row) == {"text": TEXTS[0], "*" * 11: "甲", f"{'*' * 11} (2)": "乙"}


def test_the_reason_a_file_is_refused_is_masked(api: TestClient) -> None:
    job = done(api, b"text,13912345678,13912345678\na,b,c\n", format="csv")
    assert job["state"] == "failed"
    assert "13912345678" not in job["error"]


def test_excel_comes_back_without_a_formula(api: TestClient, tmp_path: Path) -> None:
    attack = '=HYPERLINK("http://evil.test","点我")'
    write_rows(tmp_path / "in.xlsx", [{"text": TEXTS[0], "备注": attack}])
    content = (tmp_path / "in.xlsx").read_bytes()
    job = done(api, content, format="xlsx", output="xlsx")
    result = tmp_path / "out.xlsx"
    result.write_bytes(api.get(f"/v1/jobs/{job['job_id']}/result").content)
    (row,) = read_rows(result)
    assert row.values["input.备注"] == attack
    stored = row.values["triage.clue_id"]  # the service numbers what came without a number
    assert api.get(f"/v1/clues/{stored}").status_code == 200


def test_a_file_that_is_none_is_told_in_the_job(api: TestClient) -> None:
    job = done(api, b"PK\x03\x04nonsense", format="xlsx")
    assert job["state"] == "failed"
    assert job["error"]


def test_a_file_too_large_is_refused_and_leaves_nothing(api: TestClient, tmp_path: Path) -> None:
    answer = api.post("/v1/jobs?format=csv", content=b"x" * 1_000_001)
    assert answer.json()["code"] == "body_too_large"
    assert list((tmp_path / "files" / "jobs").glob("*")) == []


@pytest.mark.parametrize("job_id", ["none", "../../etc/passwd", "%00", "x" * 100])
def test_an_unknown_job_is_a_problem(api: TestClient, job_id: str) -> None:
    assert api.get(f"/v1/jobs/{job_id}").status_code in (404,)


def test_a_result_cannot_be_had_before_its_time(api: TestClient) -> None:
    accepted = api.post("/v1/jobs?format=jsonl", content=_lines(*[{"text": TEXTS[0]}] * 300))
    answer = api.get(f"{accepted.headers['location']}/result")
    assert (answer.status_code, answer.json()["code"]) == (409, "job_not_done")


def test_more_columns_than_excel_has_are_told_in_the_job(api: TestClient) -> None:
    row = {"text": TEXTS[0]} | {f"第{number}列": "甲" for number in range(16_384)}
    job = done(api, _lines(row), format="jsonl", output="xlsx")
    assert job["state"] == "failed"
    assert "Excel 最多" in job["error"]


def test_a_defect_ends_the_job_without_its_message_or_its_file(
    api: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("我叫张小明")

    monkeypatch.setattr(working, "classify_file", broken)
    job = done(api, _lines({"text": TEXTS[0]}), format="jsonl")
    assert job["state"] == "failed"
    assert "程序出错" in job["error"] and "张小明" not in job["error"]
    _wait_until(lambda: not list((tmp_path / "files" / "jobs").glob("*.input*")))


def test_a_job_under_which_the_process_died_too_often_is_given_up(
    api: TestClient, database: Database, tmp_path: Path
) -> None:
    job_id = new_job_id()
    source = tmp_path / "files" / "jobs" / f"{job_id}.input.jsonl"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(_lines({"text": TEXTS[0]}))
    with database.write() as connection:
        add_job(connection, JIA, job_id, ".jsonl", ".jsonl", now=datetime.now(UTC))
        for _ in range(MAX_ATTEMPTS):
            assert begin_job(connection, job_id)
    _wait_until(lambda: not source.exists())
    with database.read() as connection:
        job = find_job(connection, JIA, job_id)
    assert job.state == "failed"
    assert "已放弃" in str(job.error)


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_one_worker_finished_another_does_not_call_failed(
    database: Database, tmp_path: Path
) -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    with database.write() as connection:
        job = add_job(connection, JIA, new_job_id(), ".jsonl", ".jsonl", now=now)
        for worker in range(2):  # the other's clock is ahead: to it the first looks abandoned
            assert take_job(connection, now=now + worker * timedelta(hours=6)) is not None
        finish_job(connection, job.job_id, state="done", rows=3)
        finish_job(connection, job.job_id, state="failed", error="没有这个文件")
        assert find_job(connection, JIA, job.job_id).state == "done"
