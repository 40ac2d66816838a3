"""The ``fenzhen`` command: answers in Chinese, mistakes in one sentence with exit status 2."""

import json
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fenzhen import app
from model.triage import Triage

TEXT = "城关区雁东路小学门口线缆乱拉乱挂，车辆随意停放"


@pytest.fixture(autouse=True)
def _environment(bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FENZHEN_MODEL", str(bundle))
    monkeypatch.chdir(tmp_path)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_clue_is_classified_in_readable_chinese() -> None:
    result = _run("classify", TEXT)
    assert result.exit_code == 0
    for name in ("模块", "紧急程度", "承办单位", "城关区人民检察院", "期限", "人工复核"):
        assert name in result.stdout


def test_json_is_the_triage() -> None:
    result = _run("classify", TEXT, "--json")
    assert Triage.model_validate_json(result.stdout).unit.procuratorate.code == "chengguan"


def test_the_form_s_location_places_a_clue_that_names_none() -> None:
    result = _run("classify", "工厂夜里偷排污水", "--location", "兰州市西固区福利路", "--json")
    assert Triage.model_validate_json(result.stdout).unit.procuratorate.code == "xigu"


def test_explain_marks_the_words_that_decided() -> None:
    result = _run("explain", TEXT)
    assert result.exit_code == 0
    assert "〔" in result.stdout
    assert "权重" in result.stdout


def test_a_file_is_classified(tmp_path: Path) -> None:
    (tmp_path / "clues.csv").write_text(f"text\n{TEXT}\n", encoding="gb18030")
    result = _run("classify", "--input", "clues.csv", "--output", "triages.jsonl")
    assert result.exit_code == 0
    assert "共 1 行，结果在 triages.jsonl" in result.stdout
    assert json.loads((tmp_path / "triages.jsonl").read_text())["input"] == {"text": TEXT}


def test_the_summary_of_a_file_is_json_on_request(tmp_path: Path) -> None:
    (tmp_path / "clues.csv").write_text(f"text,title\n{TEXT},\n,x\n")
    result = _run("classify", "--input", "clues.csv", "--output", "triages.jsonl", "--json")
    assert json.loads(result.stdout) == {"rows": 2, "continued_after": 0, "failed": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "命令或参数不对"),
        (["clasify"], "命令或参数不对"),
        (["classify"], "请给出一段正文，或同时给出 --input 与 --output"),
        (["classify", TEXT, "--input", "a.csv"], "请给出一段正文"),
        (["classify", "--input", "a.csv"], "请给出一段正文"),
        (["classify", TEXT, "--colour"], "不认识的选项 --colour"),
        (["classify", TEXT, "--model"], "选项 --model 缺少取值"),
        (["classify", TEXT, "--model", "none"], "缺少文件 manifest.json"),
        (["classify", " "], "text：线索正文为空"),
        (["classify", "字" * 20_001], "text：过长，最多 20000 字"),
        (["classify", "--input", "no.csv", "--output", "o.jsonl"], "no.csv"),
        (["classify", "--input", "no.csv", "--output", "o.txt"], "请用 .jsonl 或 .xlsx"),
        (["explain"], "缺少参数 text"),
        (["serve", "--port", "many"], "参数 port 的取值不对"),
        (["serve", "--port", "70000"], "port："),
        (["serve", "--workers", "0"], "workers："),
        (["serve", "--host", "192.0.2.1", "--port", "0"], "192.0.2.1:0 无法监听"),
        (["train", "--colour"], "不认识的选项 --colour"),
        (["train", "--folds", "1"], "参数 folds 的取值不对，应不小于 2、不大于 20"),
        (["train", "--encoder", "foo"], "取值不对，可用：linear、transformer、hybrid"),
        (
            ["monitor", "--before", "2026-02-01..2026-02-28", "--after", "2026-03-01..2026-03-31"],
            "按日期比较须用 --from-service",
        ),
    ],
)
def test_a_mistake_is_one_chinese_sentence(arguments: list[str], sentence: str) -> None:
    result = _run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert result.stderr.endswith("。\n")
    assert "Traceback" not in result.stderr


def test_a_mistake_never_repeats_the_text() -> None:
    assert TEXT not in _run("classify", TEXT + "\x00").stderr


def test_a_taken_port_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = _run("serve", "--port", str(port))
    assert result.exit_code == 2
    assert f"127.0.0.1:{port} 无法监听" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.parametrize("command", ["classify", "explain", "serve", "train"])
def test_every_command_explains_itself_in_chinese(command: str) -> None:
    result = _run(command, "--help")
    assert result.exit_code == 0
    assert any("\u4e00" <= character <= "\u9fff" for character in result.stdout)
