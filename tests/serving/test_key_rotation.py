"""``fenzhen key rotate`` on stored rows: afterwards the old key may go, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from typer.testing import CliRunner

from fenzhen import app
from model.clue import Clue
from model.triager import Triager
from serving.access.login import User
from serving.access.passwords import hash_password
from serving.access.policy import Role
from serving.acts.unmask import unmask
from serving.arrival.rows import arrival
from serving.encryption import seal, unseal
from serving.keyring import Keyring, load_keys, new_key
from serving.storage.arrivals import store
from serving.storage.audit import verify
from serving.storage.database import Database
from serving.storage.tables import clues
from serving.storage.user_store import add_user, find_user
from serving.storage.work_tables import webhooks
from tests.serving.arrivals import NOW
from tests.serving.people import JIA

MANY = 520
"""More than are rotated in one transaction."""


def _text(number: int) -> str:
    return f"我叫王建国，电话138931{number:05}，举报砖厂偷排黑烟。"


@pytest.fixture
def key_file(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "keys"
    file.touch(mode=0o600)
    file.write_text(f"{new_key()}\n")
    monkeypatch.setenv("FENZHEN_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FENZHEN_KEY_FILE", str(file))
    return file


def _fill(database: Database, triager: Triager, keyring: Keyring) -> None:
    def sealed(content: str, bound_to: str) -> bytes:
        return seal(content, bound_to, keyring)

    triage = triager.triage(Clue(text=_text(0)))
    found = [
        arrival(Clue(clue_id=f"LJ-{n}", text=_text(n)), triage, triager.taxonomy, sealed, NOW, 1)
        for n in range(MANY)
    ]
    person = User("wang", "王", Role.REVIEWER, hash_password("某个很长的密码 2026"),
                  totp_secret="JBSWY3DPEHPK3PXP")  # fmt: skip
    hook = {"webhook_id": "w", "url": "http://127.0.0.1/", "created_at": NOW, "created_by": "x",
            "secret_sealed": sealed("签名密钥", "webhook:w")}  # fmt: skip
    with database.write() as connection:
        store(connection, found)
        add_user(connection, person, sealed, NOW)
        connection.execute(insert(webhooks).values(hook))


def test_after_a_rotation_the_old_key_may_go(
    database: Database, triager: Triager, key_file: Path
) -> None:
    _fill(database, triager, load_keys(None, key_file))
    key_file.write_text(f"{new_key()}\n{key_file.read_text()}")
    told = CliRunner().invoke(app, ["key", "rotate"])
    assert f"加密 {MANY + 2} 项" in told.stdout
    key_file.write_text(key_file.read_text().splitlines()[0])
    fresh = load_keys(None, key_file)

    def opened(sealed: bytes, bound_to: str) -> str:
        return unseal(sealed, bound_to, fresh)

    with database.write() as connection:
        for number in range(MANY):
            whole = unmask(connection, JIA, f"LJ-{number}", "verify_facts", opened,
                           now=datetime.now(UTC))  # fmt: skip
            assert whole.text == _text(number)
        elsewhere = select(func.count()).where(clues.c.key_id != fresh.current)
        assert connection.execute(elsewhere).scalar_one() == 0
        person = find_user(connection, "wang", opened)
        hook = connection.execute(select(webhooks.c.secret_sealed)).scalar_one()
        assert person is not None
        assert person.totp_secret == "JBSWY3DPEHPK3PXP"
        assert opened(bytes(hook), "webhook:w") == "签名密钥"
        assert verify(connection).broken_at is None


def test_what_is_erased_while_a_rotation_runs_stays_erased(
    database: Database, triager: Triager, key_file: Path
) -> None:
    _fill(database, triager, load_keys(None, key_file))
    key_file.write_text(f"{new_key()}\n{key_file.read_text()}")
    with ThreadPoolExecutor(1) as beside:
        with database.write() as connection:
            gone = {"sealed": None, "key_id": None}
            connection.execute(update(clues).where(clues.c.clue_id == "LJ-7").values(gone))
            rotation = beside.submit(CliRunner().invoke, app, ["key", "rotate"])
            assert not wait([rotation], timeout=2).done
        assert rotation.result().exit_code == 0
    with database.read() as connection:
        held = select(clues.c.sealed).where(clues.c.clue_id == "LJ-7")
        assert connection.execute(held).scalar_one() is None


def test_a_rotation_done_twice_changes_nothing(
    database: Database, triager: Triager, key_file: Path
) -> None:
    _fill(database, triager, load_keys(None, key_file))
    assert "加密 0 项" in CliRunner().invoke(app, ["key", "rotate"]).stdout
