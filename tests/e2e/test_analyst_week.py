# ruff: noqa: E501 – rows of a spreadsheet
"""The analyst's week in the manual: every command is run, and what it prints is what is shown."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from fenzhen import app

MANUAL = Path(__file__).parents[2] / "docs" / "分析员手册.md"
_BLOCK = re.compile(r"<!-- shows( about)?: fenzhen (.+?) -->\n```text\n(.*?)```", re.DOTALL)
_NUMBERS = re.compile(r"[0-9a-f]{16}|\d+(\.\d+)?")

SHEET = [
    ["三月线索标注表"],
    ["编号", "正文", "模块", "紧急程度", "承办职能", "标注人", "标注时间"],
    ["0301", "榆中县和平镇砖厂半夜偷排黑烟，周围几个村不敢开窗", "公益诉讼线索", "紧急", "公益诉讼检察", "王芳", "2026-03-02"],
    ["0302", "孩子在学校门口被几个高年级的堵着打，老师说管不了校外的事", "未成年人保护", "特急", "未成年人检察", "王芳", "2026-03-02"],
    ["0303", "我的案子去年十月移送检察院，现在到哪一步了", "中国检察网", "咨询", "案件管理", "王芳", 46084],
    ["0304", "小区暖气不热，物业说管道老化，电话13919281234", "非检察职能", "一般", "转出", "王芳", "2026-03-03"],
    ["0305", "丈夫被酒驾的撞成植物人，对方一分不赔，医院催费要停药", "司法救济", "特急", "控告申诉检察", "王芳", "2026-03-03"],
    ["0307", "我不服法院的判决，想向检察院申请监督，不知道找谁", "非检察职能", "一般", "转出", "王芳", "2026-03-03"],
    ["0306", "法院判我赢了三年执行不到一分钱", "一般", "12309检察服务中心", "民事检察", "王芳", "2026-03-03"],
]  # fmt: skip
DOCCANO = {
    "id": 17,
    "text": SHEET[3][1],
    "clue_id": "0302",
    "label": ["module:minor_protection", "urgency:urgent", "function:minors"],
    "labelled_at": "2026-03-05",
}


@pytest.fixture
def office(
    tmp_path: Path, datasets: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    (tmp_path / "datasets").symlink_to(datasets)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "bundle").symlink_to(bundle)
    book = Workbook()
    assert book.active is not None
    for row in SHEET:
        book.active.append(row)
    book.save(tmp_path / "三月.xlsx")
    _lines(tmp_path / "李梅.jsonl", [DOCCANO])
    _letters(datasets / "clues", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    yield tmp_path


def _letters(clues: Path, folder: Path) -> None:
    """What the model learned from, and the clues put aside for tests as letters of two months: in
    March there are many requests for judicial aid."""
    rows = [
        json.loads(line)
        for path in sorted(clues.glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    _lines(folder / "已标注.jsonl", [row for row in rows if row["split"] == "train"])
    aside = [row for row in rows if row["split"] == "test"]
    aid = [row for row in aside if row["module"] == "judicial_aid"]
    other = [row for row in aside if row["module"] != "judicial_aid"]
    for name, part in (("二月来信", other[::4]), ("三月来信", [*other[2::6], *aid])):
        letters = [{"clue_id": f"N-{row['clue_id']}", "text": row["text"]} for row in part]
        _lines(folder / f"{name}.jsonl", letters)


def _lines(path: Path, rows: list[dict[str, object]]) -> None:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(content, encoding="utf-8")


def output(command: str) -> str:
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code in (0, 1), result.stderr
    return result.stdout


@pytest.mark.slow
def test_the_manual_shows_what_the_program_prints(office: Path) -> None:
    blocks = _BLOCK.findall(MANUAL.read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    for about, command, shown in blocks:
        printed = output(command)
        if about:  # figures of a model or corpus that will be another tomorrow
            first = printed.splitlines()[0]
            assert _NUMBERS.sub("n", first) == _NUMBERS.sub("n", shown.splitlines()[0])
        else:
            assert printed.strip() == shown.strip()
