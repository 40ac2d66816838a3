"""The intake system hears of decisions: signed, again if need be, and never where it may not be."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from model.triager import Triager
from serving.acts.decision import Decision
from serving.acts.review import review
from serving.encryption import seal, unseal
from serving.settings import Settings
from serving.storage.arrivals import store
from serving.storage.database import Database
from serving.storage.work_tables import deliveries, webhooks
from serving.webhooks.delivering import MOST_ATTEMPTS, Delivering, wait_before
from serving.webhooks.destination import ForbiddenDestinationError, check_url
from serving.webhooks.signature import signature
from tests.serving.arrivals import KEYRING, NOW, arriving, opened
from tests.serving.people import JIA

SECRET = "签名密钥"
SETTINGS = Settings(webhook_hosts=("127.0.0.1",))


class Intake(HTTPServer):
    """A real receiver that keeps what it heard."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 204


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        intake: Any = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        intake.heard.append((dict(self.headers), body))
        self.send_response(intake.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def intake() -> Iterator[Intake]:
    server = Intake()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _decided(database: Database, triager: Triager, url: str) -> None:
    hook = {"webhook_id": "w", "url": url, "secret_sealed": seal(SECRET, "webhook:w", KEYRING),
            "created_at": NOW, "created_by": "cli:x"}  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(webhooks).values(hook))
        store(connection, [arriving(triager, "LJ-1")])
        review(connection, JIA, "LJ-1", 0, Decision("confirm"), triager.taxonomy, opened, now=NOW,
               undo=timedelta())  # fmt: skip


def _delivering(database: Database) -> Delivering:
    return Delivering(database, SETTINGS, lambda sealed, bound: unseal(sealed, bound, KEYRING))


def _delivery(database: Database) -> Any:
    with database.read() as connection:
        return connection.execute(select(deliveries)).one()


def test_a_decision_is_told_once_and_signed(
    database: Database, triager: Triager, intake: Intake
) -> None:
    _decided(database, triager, f"http://127.0.0.1:{intake.server_port}/fenzhen")
    sending = _delivering(database)
    assert sending.send_due(NOW) == 1
    assert sending.send_due(NOW + timedelta(days=1)) == 0
    ((headers, body),) = intake.heard
    assert json.loads(body)["event"] == "clue.confirmed"
    expected = signature(
        SECRET, int(headers["X-Fenzhen-Timestamp"]), headers["X-Fenzhen-Delivery"], body
    )
    assert headers["X-Fenzhen-Signature"] == expected
    assert _delivery(database).state == "sent"


def test_what_was_not_heard_is_sent_again_later_and_later_until_given_up(
    database: Database, triager: Triager, intake: Intake
) -> None:
    _decided(database, triager, f"http://127.0.0.1:{intake.server_port}/")
    intake.status = 500
    sending = _delivering(database)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert sending.send_due(datetime.now(UTC) + timedelta(days=attempt)) == 1
        assert _delivery(database).attempts == attempt
    assert (_delivery(database).state, _delivery(database).last_result) == ("dead", "HTTP 500")
    assert len(intake.heard) == MOST_ATTEMPTS


def test_what_was_put_off_while_the_clock_ran_ahead_is_sent_when_it_is_right_again(
    database: Database, triager: Triager, intake: Intake
) -> None:
    _decided(database, triager, f"http://127.0.0.1:{intake.server_port}/")
    with database.write() as connection:
        connection.execute(update(deliveries).values(due_at=NOW + timedelta(days=2)))
    assert _delivering(database).send_due(NOW) == 1


def test_the_wait_grows_but_not_for_ever() -> None:
    waits = [wait_before(attempt) for attempt in range(1, 20)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=5), timedelta(hours=6))


def test_a_receiver_that_is_away_is_no_failure_of_ours(
    database: Database, triager: Triager
) -> None:
    _decided(database, triager, "http://127.0.0.1:9/")
    _delivering(database).send_due(NOW)
    assert (_delivery(database).state, _delivery(database).last_result) == (
        "pending", "ConnectError",
    )  # fmt: skip


def test_nothing_is_sent_where_the_settings_do_not_allow(
    database: Database, triager: Triager
) -> None:
    _decided(database, triager, "http://elsewhere.test/")
    _delivering(database).send_due(NOW)
    assert _delivery(database).last_result == "forbidden_destination"


@pytest.mark.parametrize(
    "url",
    ["http://evil.test/", "file:///etc/passwd", "http://127.0.0.1@evil.test/", "127.0.0.1",
     "http://user:pw@127.0.0.1/", "http://[::1", "", "http://127.0.0.1:abc/x"],
)  # fmt: skip
def test_only_named_hosts_may_be_registered(url: str) -> None:
    with pytest.raises(ForbiddenDestinationError):
        check_url(url, SETTINGS)


def test_who_answers_drop_by_drop_holds_up_nobody_else(
    database: Database, triager: Triager, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.webhooks.delivering._PATIENCE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection, never answers
        _decided(database, triager, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with database.write() as connection:
            hook = {"webhook_id": "v", "url": f"http://127.0.0.1:{intake.server_port}/",
                    "secret_sealed": seal(SECRET, "webhook:v", KEYRING), "created_at": NOW,
                    "created_by": "cli:x"}  # fmt: skip
            connection.execute(insert(webhooks).values(hook))
            store(connection, [arriving(triager, "LJ-2")])
            review(connection, JIA, "LJ-2", 0, Decision("confirm"), triager.taxonomy,
                   opened, now=NOW, undo=timedelta())  # fmt: skip
        assert _delivering(database).send_due(NOW) == 3
    with database.read() as connection:
        found = connection.execute(select(deliveries.c.webhook_id, deliveries.c.last_result)).all()
    assert sorted(map(tuple, found)) == [
        ("v", "HTTP 204"), ("w", "TimeoutError"), ("w", "TimeoutError"),
    ]  # fmt: skip
