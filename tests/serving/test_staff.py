"""What people change of themselves while an administrator or somebody else changes them too."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from typer.testing import CliRunner

import serving.staff
from fenzhen import app
from serving.access.errors import LoginRefused, NotAuthenticated
from serving.access.login import User
from serving.access.passwords import hash_password
from serving.access.policy import Role
from serving.access.totp import new_totp_secret
from serving.keyring import new_key
from serving.staff import Sealing, Staff
from serving.storage.database import Database
from serving.storage.user_store import add_user, find_user

OLD, NEW = "Huanghe-Lan-9", "Baita-Shan-7"
SECRET = new_totp_secret()
SEALING = Sealing(lambda content, whose: content.encode(), lambda sealed, whose: sealed.decode())
NOW = datetime.now(UTC)

Change = Callable[[Staff, str], None]


def change_password(staff: Staff, token: str) -> None:
    staff.change_password(token, OLD, NEW, NOW)


def enrol(staff: Staff, token: str) -> None:
    staff.enrol(token, SECRET, pyotp.TOTP(SECRET).at(NOW), NOW)


CHANGES = pytest.mark.parametrize("change", [change_password, enrol])


@pytest.fixture
def staff(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """With one reviewer, 王, and an administrator at the command line."""
    key_file = tmp_path / "keys"
    key_file.touch(mode=0o600)
    key_file.write_text(f"{new_key()}\n")
    monkeypatch.setenv("FENZHEN_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FENZHEN_KEY_FILE", str(key_file))
    with database.write() as connection:
        wang = User("wang", "王", Role.REVIEWER, hash_password(OLD))
        add_user(connection, wang, SEALING.seal, NOW)
    return Staff(database, SEALING)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """What somebody else does after the person was read and before they are written."""

    def arrange(happens: Callable[[], object]) -> None:
        for name in ("hash_password", "matching_step"):
            slow = getattr(serving.staff, name)

            def slowly(*given: object, slow: Callable[..., object] = slow) -> object:
                happens()
                return slow(*given)

            monkeypatch.setattr(serving.staff, name, slowly)

    return arrange


def _wang(database: Database) -> User:
    with database.read() as connection:
        found = find_user(connection, "wang", SEALING.unseal)
    assert found is not None
    return found


def _administrator(*arguments: str) -> None:
    assert CliRunner().invoke(app, ["user", *arguments]).exit_code == 0


@CHANGES
def test_who_is_disabled_meanwhile_stays_disabled(
    staff: Staff, database: Database, meanwhile: Callable[..., None], change: Change
) -> None:
    token = staff.enter("wang", OLD, "", NOW)
    meanwhile(lambda: _administrator("disable", "wang"))
    with pytest.raises(NotAuthenticated, match="登录已过期"):
        change(staff, token)
    wang = _wang(database)
    assert wang.disabled_at is not None
    assert wang.totp_secret is None


@CHANGES
def test_who_is_given_another_role_meanwhile_keeps_it(
    staff: Staff, database: Database, meanwhile: Callable[..., None], change: Change
) -> None:
    token = staff.enter("wang", OLD, "", NOW)
    meanwhile(lambda: _administrator("role", "wang", "auditor"))
    with pytest.raises(NotAuthenticated, match="登录已过期"):
        change(staff, token)
    assert _wang(database).role is Role.AUDITOR


@CHANGES
def test_a_wrong_password_tried_meanwhile_still_counts(
    staff: Staff, database: Database, meanwhile: Callable[..., None], change: Change
) -> None:
    def somebody_tries() -> None:
        with suppress(LoginRefused):
            staff.enter("wang", "Nicht-2026-das", "", NOW)

    token = staff.enter("wang", OLD, "", NOW)
    meanwhile(somebody_tries)
    change(staff, token)
    assert _wang(database).failed_attempts == 1
