"""In production the service does not start on defaults that everybody knows."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fenzhen import app
from serving.production import UnsafeSettingsError, check_settings
from serving.settings import Settings

SAFE = {
    "mode": "production",
    "key_file": Path("/etc/fenzhen/keys"),
    "behind_tls_proxy": True,
    "database_url": "postgresql://fenzhen:Y7-lang-und-zufaellig@db/fenzhen",
}


def test_with_everything_in_place_it_starts() -> None:
    check_settings(Settings(**SAFE))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key_file": None}, "加密密钥"),
        ({"key_file": Path("var/files/development.key")}, "开发模式自动生成"),
        ({"behind_tls_proxy": False}, "加密传输"),
        ({"behind_tls_proxy": False, "tls_certificate": Path("c")}, "加密传输"),
        ({"database_url": "postgresql://postgres:postgres@db/x"}, "数据库密码"),
        ({"database_url": "postgresql://postgres@db/x"}, "数据库密码"),
    ],
)
def test_what_is_missing_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(UnsafeSettingsError, match=said):
        check_settings(Settings(**SAFE | change))


def test_in_development_nothing_is_asked() -> None:
    check_settings(Settings())


@pytest.mark.parametrize("command", ["serve", "dashboard"])
def test_neither_door_opens_on_unsafe_settings(
    command: str, bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FENZHEN_MODE", "production")
    monkeypatch.setenv("FENZHEN_MODEL", str(bundle))
    monkeypatch.setenv("FENZHEN_KEY_FILE", "var/files/development.key")
    result = CliRunner().invoke(app, [command, "--port", "0"])
    assert result.exit_code == 2
    assert "开发模式自动生成" in result.stderr
    assert "没有加密传输" in result.stderr


def test_nobody_gets_in_without_a_key_in_production(bundle: Path, tmp_path: Path) -> None:
    from serving.app import create_app
    from serving.keyring import new_key
    from tests.serving.clients import local_client

    settings = Settings(
        model=bundle, mode="production", key=new_key(), behind_tls_proxy=True, files=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'fenzhen.db'}",
    )  # fmt: skip
    with local_client(create_app(settings)) as client:
        for path in ("/v1/clues", "/v1/stats/volumes", "/metrics", "/model", "/v1/labelled-clues"):
            assert client.get(path).status_code == 401
        assert client.post("/classify", json={"text": "城关区"}).status_code == 401
        assert client.get("/healthz").status_code == 200
