"""``fenzhen webhook`` and ``fenzhen clue``, as those who run the service type them."""

import pytest
from sqlalchemy import func, insert, select
from typer.testing import CliRunner, Result

from fenzhen import app
from model.triager import Triager
from serving.storage.arrivals import store
from serving.storage.audit_tables import audit
from serving.storage.database import Database
from serving.storage.work_tables import deliveries, webhooks
from tests.serving.arrivals import NOW, arriving


@pytest.fixture(autouse=True)
def _environment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("FENZHEN_DATABASE_URL", url)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def _hooks(database: Database) -> None:
    """Two addresses, one of them disabled, each with a notice that was given up."""
    hook = {"url": "https://intake.test/", "secret_sealed": b"", "created_at": NOW,
            "created_by": "cli:x"}  # fmt: skip
    notice = {"event": "clue.confirmed", "clue_id": "LJ-1", "version": 1, "payload": "{}",
              "state": "dead", "attempts": 9, "due_at": NOW, "created_at": NOW}  # fmt: skip
    with database.write() as connection:
        for name, disabled_at in (("used", None), ("disabled", NOW)):
            row = {**hook, "webhook_id": name, "disabled_at": disabled_at}
            connection.execute(insert(webhooks).values(row))
            row = {**notice, "delivery_id": f"to-{name}", "webhook_id": name}
            connection.execute(insert(deliveries).values(row))


def _audited(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(audit)).scalar_one()


def test_an_address_that_is_not_there_is_not_called_disabled(database: Database) -> None:
    result = _run("webhook", "disable", "nosuchid")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "没有接收地址 nosuchid，请用 fenzhen webhook list 核对。\n"
    assert _audited(database) == 0


def test_an_address_is_disabled(database: Database) -> None:
    _hooks(database)
    result = _run("webhook", "disable", "used")
    assert (result.exit_code, result.stdout) == (0, "已停用\n")
    assert _audited(database) == 1


def test_notices_of_a_disabled_address_are_not_queued_again(database: Database) -> None:
    _hooks(database)
    assert _run("webhook", "retry").stdout == "1 件通知已重新排队\n"
    with database.read() as connection:
        states = connection.execute(select(deliveries.c.webhook_id, deliveries.c.state)).all()
    assert {tuple(row) for row in states} == {("used", "pending"), ("disabled", "dead")}


def test_a_clue_is_held_listed_and_released(database: Database, triager: Triager) -> None:
    with database.write() as connection:
        store(connection, [arriving(triager, "线索-1")])
    hold = ("clue", "hold", "线索-1", "--reason", "case_pending")
    assert _run(*hold).stdout == "线索-1 已标记保留\n"
    assert _run(*hold).stdout == "线索-1 原已标记保留\n"
    assert _run("clue", "held").stdout == "线索-1\n"
    release = ("clue", "release", "线索-1", "--reason", "matter_closed")
    assert _run(*release).stdout == "线索-1 已解除保留\n"
    assert _run(*release).stdout == "线索-1 没有标记保留\n"
    assert _run("clue", "held").stdout == ""


def test_a_clue_that_is_not_there_is_told() -> None:
    result = _run("clue", "hold", "LJ-404", "--reason", "litigation")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("没有这个编号的线索")


def test_a_reason_for_holding_is_one_of_those_listed() -> None:
    result = _run("clue", "hold", "LJ-1", "--reason", "有用")
    assert result.exit_code == 2
    assert "可用：case_pending、" in result.stderr
