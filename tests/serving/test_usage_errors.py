"""What a command does with an error that nobody foresaw, and with an interruption."""

import logging

import pytest
import typer
from typer.testing import CliRunner, Result

from serving.usage_errors import ChineseGroup

PRIVATE = "举报人甲某住城关区"


def _failing(error: BaseException) -> Result:
    app = typer.Typer(cls=ChineseGroup)

    @app.command()
    def fail() -> None:
        raise error

    @app.command()
    def other() -> None: ...

    return CliRunner().invoke(app, ["fail"])


def test_an_unforeseen_error_shows_neither_traceback_nor_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="fenzhen"):
        result = _failing(RuntimeError(PRIVATE))
    assert result.exit_code == 1
    assert result.stderr.startswith("程序出错")
    assert "RuntimeError" in caplog.text
    assert PRIVATE not in result.stderr + caplog.text
    assert "Traceback" not in result.stderr


def test_an_interruption_is_said_so() -> None:
    result = _failing(KeyboardInterrupt())
    assert (result.exit_code, result.stderr.strip()) == (130, "已中断。")


def test_a_full_disk_is_said_so() -> None:
    result = _failing(OSError(28, "No space left on device", "/data/triages.jsonl"))
    assert result.exit_code == 2
    assert result.stderr.startswith("无法读写“/data/triages.jsonl”（磁盘已满）")
