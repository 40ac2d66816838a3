"""Whatever is handed in: clear words, the whole list at once, nothing half-imported."""

import json
from pathlib import Path

import pytest
from label_files import (
    BULLYING,
    HEADER,
    HEATING,
    SEWAGE,
    Importer,
    json_lines,
    row,
    workbook,
)
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from fenzhen import app
from training.exchange.exporting import SUFFIX_OF, Format

GOOD = list(row().values())


def _told(read: Importer, *files: Path) -> list[str]:
    return [str(mistake) for mistake in read(*files).mistakes]


def test_swapped_columns_are_named(tmp_path: Path, read: Importer) -> None:
    header = ["clue_id", "text", "urgency", "module", "function"]
    told = _told(read, workbook(tmp_path / "a.xlsx", header, GOOD))
    assert told[0] == (
        "a.xlsx 第 2 行 module 列：“urgent”是 urgency（紧急程度）的标签，两列是否写反？"
    )


def test_a_cell_far_away_is_refused(tmp_path: Path, read: Importer) -> None:
    far: list[object] = [*GOOD, *[None] * 1000, "远"]
    (told,) = _told(read, workbook(tmp_path / "a.xlsx", HEADER, far))
    assert "远到第 2 行、第 1006 列" in told


def test_a_text_in_a_label_column_is_not_repeated(tmp_path: Path, read: Importer) -> None:
    header = ["clue_id", "module", "text", "urgency", "function"]
    long = "张三在雁滩的工地上干了三个月，老板一分钱也没有给，人也找不到了"
    told = _told(
        read, workbook(tmp_path / "a.xlsx", header, ["1", long, "公益诉讼线索", *GOOD[3:]])
    )
    assert "像是正文" in told[0] and "张三" not in told[0]


def test_merged_cells_are_named_row_by_row(tmp_path: Path, read: Importer) -> None:
    rows = [GOOD, ["002", HEATING, None, "urgent", "public_interest_litigation"]]
    path = workbook(tmp_path / "a.xlsx", HEADER, *rows, merge=["C2:C3"])
    found = read(path)
    assert [str(mistake) for mistake in found.mistakes] == [
        "a.xlsx 第 3 行 module 列：与上方或左侧合并了单元格，只有第一格有内容，请取消合并后逐行填写"
    ]
    assert len(found.merge.clues) == 1


def test_every_sheet_with_labels_is_read_and_the_others_are_named(
    tmp_path: Path, read: Importer
) -> None:
    path = workbook(tmp_path / "a.xlsx", ["本表由王芳填写"])
    book = load_workbook(path)
    for name, *cells in (("三月", *GOOD), ("四月", "002", HEATING, "坏", *GOOD[3:])):
        sheet = book.create_sheet(str(name))
        sheet.append(HEADER)
        sheet.append(cells)
    book.create_sheet("空白")
    book.save(path)
    found = read(path)
    assert [clue.settled.where for clue in found.merge.clues] == ["a.xlsx 工作表“三月” 第 2 行"]
    assert str(found.mistakes[0]).startswith("a.xlsx 工作表“四月” 第 2 行 module 列：")
    (notice,) = found.notices
    assert notice.message.startswith("没有读工作表“Sheet”：表头中没有 text（正文）列")


@pytest.mark.parametrize(
    "above",
    [
        [["2026年11月线索标注表"]],
        [["线索", None, "标注"], []],
    ],
)
def test_a_title_above_the_heading_is_passed_over_and_told(
    tmp_path: Path, read: Importer, above: list[list[object]]
) -> None:
    found = read(workbook(tmp_path / "a.xlsx", *above, HEADER, GOOD))
    assert len(found.merge.clues) == 1
    assert any("才是表头" in notice.message for notice in found.notices)


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        (["编号", "正文", "标签", None, None], [None, None, "模块", "紧急程度", "承办职能"]),
        (["编号", "正文", "模块", "紧急程度", "承办职能"], HEADER),
        (HEADER, ["编号", "线索正文", "模块（必填）", "缓急程度", "职能"]),
        (
            ["编号", "正文", "标注结果", None, None, "其他"],
            [None, None, "模块", "紧急程度", "承办职能", "电话"],
        ),
    ],
)
def test_a_heading_over_two_rows_is_read(
    tmp_path: Path, read: Importer, upper: list[object], lower: list[object]
) -> None:
    found = read(workbook(tmp_path / "a.xlsx", upper, lower, GOOD))
    assert len(found.merge.clues) == 1 and not found.mistakes
    assert any("表头占两行" in notice.message for notice in found.notices)


def test_a_formula_without_a_result_is_named(tmp_path: Path, read: Importer) -> None:
    label = "=VLOOKUP(A2,标签!A:B,2,0)"
    path = workbook(tmp_path / "a.xlsx", HEADER, ["001", SEWAGE, label, *GOOD[3:]])
    assert _told(read, path) == [
        "a.xlsx 第 2 行 module 列：是公式而没有保存结果，请复制后选“粘贴为数值”"
    ]


def test_a_date_written_as_a_number_is_converted_and_told(tmp_path: Path, read: Importer) -> None:
    path = workbook(tmp_path / "a.xlsx", [*HEADER, "提交时间"], [*GOOD, 45123.5])
    found = read(path)
    assert str(found.merge.clues[0].settled.clue.submitted_at) == "2023-07-16 12:00:00"
    assert any("45123" in notice.message for notice in found.notices)


@pytest.mark.parametrize("wrong", ["1700000000", "去年三月", "1023-01-01", "20231399"])
def test_a_date_that_is_none_is_named(tmp_path: Path, read: Importer, wrong: str) -> None:
    path = json_lines(tmp_path / "a.jsonl", row(submitted_at=wrong))
    (told,) = _told(read, path)
    assert told.startswith("a.jsonl 第 1 行 submitted_at 列：")


def test_an_id_that_lost_its_zeros_is_refused_where_the_whole_one_is_known(
    tmp_path: Path, read: Importer
) -> None:
    whole = json_lines(tmp_path / "a.jsonl", row("0012"))
    short = workbook(tmp_path / "b.xlsx", HEADER, [12, *GOOD[1:]])
    found = read(whole, short)
    assert [str(mistake) for mistake in found.mistakes] == [
        "b.xlsx 第 2 行 clue_id 列：像是丢了开头的零：正文与 0012 相同，请设为文本格式后重填"
    ]
    assert any("数字格式" in notice.message for notice in found.notices)


def test_an_id_in_scientific_notation_is_refused(tmp_path: Path, read: Importer) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"{','.join(HEADER)}\n6.20102E+17,{','.join(map(str, GOOD[1:]))}\n", encoding="utf-8"
    )
    assert "科学计数" in _told(read, path)[0]


def test_an_unknown_label_gets_the_nearest_suggested(tmp_path: Path, read: Importer) -> None:
    path = json_lines(tmp_path / "a.jsonl", row(module="公益诉讼线"))
    assert "是否想写 公益诉讼线索？" in _told(read, path)[0]


def test_the_same_id_over_another_text_is_refused(tmp_path: Path, read: Importer) -> None:
    path = json_lines(tmp_path / "a.jsonl", row(), row(text=HEATING))
    assert _told(read, path) == [
        "a.jsonl 第 2 行 clue_id 列：编号与a.jsonl 第 1 行相同而正文不同，请核对编号"
    ]


def _sentiment(path: Path) -> Path:
    result = {"from_name": "sentiment", "type": "choices", "value": {"choices": ["Positive"]}}
    task = {"id": 1, "data": {"text": "很好"}, "annotations": [{"id": 1, "result": [result]}]}
    path.write_text(json.dumps([task], ensure_ascii=False), encoding="utf-8")
    return path


def test_exports_of_another_project_are_one_mistake_each(tmp_path: Path, read: Importer) -> None:
    other = [
        _sentiment(tmp_path / "情感.json"),
        json_lines(tmp_path / "实体.jsonl", {"text": SEWAGE, "label": [[0, 2, "ORG"]]}),
        json_lines(tmp_path / "评论.jsonl", *[row(module="好评", urgency="A", function="B")] * 3),
        workbook(tmp_path / "工资.xlsx", ["姓名", "应发", "实发"], ["甲", 1, 2]),
    ]
    told = _told(read, *other)
    assert len(told) == 4
    for name, words in (
        ("情感.json", "像是另一个项目的导出：标注项是 sentiment"),
        ("实体.jsonl", "标注字词位置的 doccano 项目"),
        ("评论.jsonl", "没有一行的标签属于本口径（如“好评”）"),
        ("工资.xlsx", "现有的列是 姓名、应发、实发，可能是另一个项目的文件"),
    ):
        assert any(line.startswith(name) and words in line for line in told)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b"", "文件是空的"),
        ("a.csv", b"\xef\xbb\xbf\n", "文件是空的"),
        ("a.json", b"[]", "里面没有一个任务"),
        ("a.json", b'[{"id": 1, "data": {', "可能没有下载完整"),
        ("a.json", b'{"text": "x"}', "不是 JSON 数组"),
        ("a.xlsx", b"PK\x03\x04broken", "工作簿已损坏"),
        ("a.docx", b"x", "不认识的文件类型"),
        ("a.csv", "text,module,urgency,function\n好,".encode() + b"\xff\xfe\xfa\n", "无效的 UTF-8"),
        ("a.csv", "text,module\n暖气不热,x\n".encode(), "缺少列 urgency、function"),
    ],
)
def test_a_file_that_is_no_file_of_labels(
    tmp_path: Path, read: Importer, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (told,) = _told(read, tmp_path / name)
    assert told.startswith(name) and words in told


def test_five_hundred_megabytes_are_refused_before_they_are_read(
    tmp_path: Path, read: Importer
) -> None:
    path = tmp_path / "大.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "x"}\n')
        file.truncate(500 * 1024**2)  # sparse: it takes no room on the disk
    assert _told(read, path) == ["大.jsonl 超过 200 MB，请分成几个文件"]


def test_a_row_of_spans_among_classified_ones_is_refused_alone(
    tmp_path: Path, read: Importer
) -> None:
    spans = {"text": HEATING, "label": [[0, 2, "ORG"]]}
    classified = {"text": SEWAGE, "label": ["公益诉讼线索", "紧急", "公益诉讼检察"]}
    found = read(json_lines(tmp_path / "a.jsonl", spans, classified))
    assert [str(mistake) for mistake in found.mistakes] == [
        "a.jsonl 第 1 行 label 列：标注的是字词位置，不是线索分类，请改标或删去这一条"
    ]
    assert len(found.merge.clues) == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"annotations": 5}, "annotations 不是标注的列表"),
        ({"annotations": [7]}, "annotations 不是标注的列表"),
        ({"annotations": [{"result": "abc"}]}, "result 不是标注项的列表"),
        ({"annotations": [{"result": [None]}]}, "result 不是标注项的列表"),
        ({"data": HEATING}, "data 不是一个对象"),
    ],
)
def test_a_malformed_task_is_refused_alone(
    tmp_path: Path, read: Importer, bad: dict[str, object], reason: str
) -> None:
    heads = zip(HEADER[2:], GOOD[2:], strict=True)
    result = [{"from_name": head, "value": {"choices": [label]}} for head, label in heads]
    good = {"data": {"text": SEWAGE}, "annotations": [{"result": result}]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"data": {"text": HEATING}} | bad, good]), encoding="utf-8")
    found = read(path)
    assert [str(mistake) for mistake in found.mistakes] == [
        f"a.json 第 1 个任务 {reason}，请从 Label Studio 重新导出"
    ]
    assert len(found.merge.clues) == 1


def test_a_row_with_two_formulas_is_read_once(tmp_path: Path, read: Importer) -> None:
    formulas = ["002", HEATING, "=D5", "=E5", "=F5"]
    found = read(workbook(tmp_path / "a.xlsx", HEADER, GOOD, formulas))
    assert len(found.mistakes) == 3 and found.rows == 2


def _import(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["data", "import", *map(str, arguments)])


@pytest.fixture(autouse=True)
def at_home(datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(datasets.parent)


def test_bad_rows_are_left_out_and_listed_the_rest_is_written(tmp_path: Path) -> None:
    source = json_lines(
        tmp_path / "a.jsonl", row(), row("002", "  "), row("003", BULLYING, urgency="快")
    )
    output = tmp_path / "合并.jsonl"
    result = _import(source, "--output", output, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["clues"] == 1 and len(told["rejected"]) == 2
    assert len(output.read_text(encoding="utf-8").splitlines()) == 1
    assert (tmp_path / "合并.导入报告.xlsx").is_file()


@pytest.mark.parametrize("chosen", ["excel", "doccano"])
def test_a_folder_is_read_again_with_what_fenzhen_wrote_into_it(
    tmp_path: Path, chosen: Format
) -> None:
    source = json_lines(tmp_path / "a.jsonl", row())
    exported = tmp_path / f"b{SUFFIX_OF[chosen]}"
    arguments = [str(source), "--format", chosen, "--output", str(exported)]
    CliRunner().invoke(app, ["data", "export", *arguments])
    outputs = ["--output", tmp_path / "合并.jsonl", "--json"]
    _import(tmp_path, *outputs)
    result = _import(tmp_path, *outputs)
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["clues"] == 1
    notice = "合并.导入报告.xlsx 是 fenzhen 自己写的报告或清单，不是标注，已略过"
    assert notice in told["notices"]


@pytest.mark.parametrize("strict", [True, False])
def test_nothing_is_half_imported(tmp_path: Path, strict: bool) -> None:
    good = json_lines(tmp_path / "a.jsonl", row(), *([row("2", module="坏")] if strict else []))
    bad = [] if strict else [_sentiment(tmp_path / "b.json")]
    output = tmp_path / "合并.jsonl"
    output.write_text("昨天的\n", encoding="utf-8")
    result = _import(good, *bad, "--output", output, *(["--strict"] if strict else []))
    assert result.exit_code == 2 and "什么也没有写入" in result.stderr
    assert output.read_text(encoding="utf-8") == "昨天的\n"
    assert not list(tmp_path.glob(".*writing"))


def test_importing_the_result_again_changes_nothing(tmp_path: Path) -> None:
    one, two = row(labeller="甲", labelled_at="2026-11-01"), row(labeller="乙", urgency="normal")
    source = json_lines(tmp_path / "a.jsonl", one, two, row("002", HEATING))
    _import(source, "--output", tmp_path / "b.jsonl")
    _import(tmp_path / "b.jsonl", "--output", tmp_path / "c.jsonl")
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()
