"""Files of clues: what staff hand in is read as they see it, and refused where it is wrong."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from model.errors import InvalidTable
from model.table_readers import read_sheets
from model.table_writers import EXCEL_CELL_LENGTH, EXCEL_COLUMNS, JsonlAppender, write_rows
from model.tables import MAX_FILE_BYTES, BadRow, Row, read_rows, scan_rows

CLUE = "雁东路小学门口线缆乱拉乱挂，车辆随意停放"


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _workbook(folder: Path, *rows: list[object]) -> Path:
    workbook = Workbook()
    assert workbook.active is not None
    for row in rows:
        workbook.active.append(row)
    path = folder / "clues.xlsx"
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    "content",
    [
        f"text,clue_id\n{CLUE},001\n".encode(),
        f"text,clue_id\n{CLUE},001\n".encode("utf-8-sig"),
        f"text,clue_id\r\n{CLUE},001\r\n".encode("gb18030"),
        f'"text","clue_id"\n"{CLUE}","001"'.encode(),
    ],
    ids=["utf-8", "utf-8 with BOM", "GB18030", "quoted, no newline at the end"],
)
def test_csv_reads_the_same_in_every_usual_encoding(tmp_path: Path, content: bytes) -> None:
    rows = read_rows(_file(tmp_path, "clues.csv", content))
    assert rows == [Row(2, {"text": CLUE, "clue_id": "001"})]


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_csv_may_be_parted_by_tabs_or_semicolons(tmp_path: Path, separator: str) -> None:
    lines = [["text", "clue_id"], [f"{CLUE}，急,急", "001"]]
    content = "".join(separator.join(line) + "\n" for line in lines)
    rows = read_rows(_file(tmp_path, "clues.csv", content))
    assert rows == [Row(2, {"text": f"{CLUE}，急,急", "clue_id": "001"})]


def test_csv_rows_keep_their_line_numbers_after_an_embedded_newline(tmp_path: Path) -> None:
    content = 'text,note\n"第一行\n第二行",甲\n\n下一件,乙\n'
    rows = read_rows(_file(tmp_path, "clues.csv", content))
    assert [(row.number, row.values["text"]) for row in rows] == [
        (2, "第一行\n第二行"),
        (5, "下一件"),
    ]


def test_a_quoted_comma_stays_in_its_cell(tmp_path: Path) -> None:
    rows = read_rows(_file(tmp_path, "clues.csv", 'text,title\n"a,b",c\n'))
    assert rows[0].values == {"text": "a,b", "title": "c"}


def test_empty_cells_are_absent(tmp_path: Path) -> None:
    rows = read_rows(_file(tmp_path, "clues.csv", f"text,title,location\n{CLUE},, \n"))
    assert rows[0].values == {"text": CLUE}


def test_jsonl_keeps_the_types_of_json(tmp_path: Path) -> None:
    line = json.dumps({"text": CLUE, "tags": ["a"], "n": 3, "title": None}, ensure_ascii=False)
    rows = read_rows(_file(tmp_path, "clues.jsonl", f"\n{line}\n"))
    assert rows == [Row(2, {"text": CLUE, "tags": ["a"], "n": 3})]


def test_excel_numbers_and_dates_read_as_staff_see_them(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path, ["clue_id", "text", "score"], [1, CLUE, 0.5], [None] * 3, [20230209, "二", 2]
    )
    assert read_rows(path) == [
        Row(2, {"clue_id": "1", "text": CLUE, "score": "0.5"}),
        Row(4, {"clue_id": "20230209", "text": "二", "score": "2"}),
    ]


def test_an_excel_number_that_lost_digits_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ["text", "身份证号"], [CLUE, 620102199001011234])
    with pytest.raises(InvalidTable, match="第 2 行：身份证号 列：数字超过 15 位"):
        read_rows(path)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("clues.txt", "text\na\n", "不认识的文件类型“.txt”"),
        ("clues", "text\na\n", "不认识的文件类型“”"),
        ("clues.csv", "", "文件是空的"),
        ("clues.jsonl", " \n\n", "文件是空的"),
        ("clues.xlsx", "", "文件是空的"),
        ("clues.csv", "text,title\n", "没有一行数据"),
        ("clues.csv", "text,text\na,b\n", "第 1 行：列名“text”重复"),
        ("clues.csv", "text,,title\na,b,c\n", "第 1 行：第 2 列缺少列名"),
        ("clues.csv", f"{CLUE},001\n", "表头中没有 text 列"),
        ("clues.csv", "text\n\x00坏\n", "第 2 行：text 列：含有 NUL"),
        ("clues.csv", 'text,title\n"没有收尾,a\n', "第 2 行：引号不成对"),
        ("clues.csv", "text\n" + "长" * 200_000, "第 2 行：有一格过长"),
        ("clues.csv", "text\na,b\n", "第 2 行：有 2 格，表头只有 1 列"),
        ("clues.csv", "text\n正文\n".encode("utf-16"), "编码是 UTF-16"),
        ("clues.csv", b"text\n" + CLUE.encode() + b"\xff\n", "第 2 行：含有无效的 UTF-8"),
        ("clues.csv", b"PK\x03\x04" + bytes(30), "扩展名改为 .xlsx"),
        ("clues.jsonl", b"PK\x03\x04" + bytes(30), "扩展名改为 .xlsx"),
        ("clues.csv", '{"text": "a"}\n', "扩展名改为 .jsonl"),
        ("clues.jsonl", "clue_id,text\n1,a\n", "扩展名改为 .csv"),
        ("clues.jsonl", '[{"text": "a"}]', "JSON 数组"),
        ("clues.jsonl", '{"text": "写到一半', "第 1 行：JSON 不完整"),
        ("clues.jsonl", '{"text": "a"} b', "第 1 行：第 15 个字节处不是有效的 JSON"),
        ("clues.jsonl", '"a"\n', "第 1 行：不是 JSON 对象"),
        ("clues.jsonl", b'{"text": "\xff"}\n', "第 1 行：含有无效的 UTF-8"),
        ("clues.jsonl", '{"text": "\\ud800"}\n', "第 1 行：含有不成对的代理码位"),
        ("clues.jsonl", '{"text": "\\u0000"}\n', "第 1 行：text 列：含有 NUL"),
        ("clues.jsonl", '{"text": ' + "[" * 5000 + "\n", "第 1 行：JSON 嵌套过深"),
        ("clues.jsonl", '{"text": NaN}\n', "第 1 行：第 10 个字节处不是有效的 JSON"),
        ("clues.xlsx", "text\na\n", "内容不是 Excel 工作簿"),
        ("clues.xlsx", b"PK\x03\x04" + bytes(30), "工作簿已损坏"),
        ("clues.xlsx", _OLE, "旧版 .xls 或加了密码"),
    ],
)
def test_an_unusable_file_is_refused_saying_why(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    path = _file(tmp_path, name, content)
    with pytest.raises(InvalidTable) as caught:
        read_rows(path)
    assert message in caught.value.detail
    assert name in caught.value.detail


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTable, match="无法打开"):
        read_rows(tmp_path / "clues.csv")


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = _file(tmp_path, "clues.csv", "text\n")
    with path.open("r+b") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(InvalidTable, match="超过 200 MB"):
        read_rows(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clues.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a", "w") as part,
    ):
        for _ in range(1025):
            part.write(bytes(1024**2))
    with pytest.raises(InvalidTable, match="解压后过大"):
        read_rows(path)


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD1", "K1000000"])
def test_a_workbook_with_a_cell_far_away_is_refused_before_it_is_built(
    tmp_path: Path, cell: str
) -> None:
    with pytest.raises(InvalidTable, match="请删去远处多余的内容"):
        read_rows(_with_cell_at(tmp_path, cell, "远"))


def test_a_coloured_cell_far_away_is_none_of_the_table(tmp_path: Path) -> None:
    assert read_rows(_with_cell_at(tmp_path, "XFD1048576", None)) == [Row(2, {"text": CLUE})]


def test_cells_that_do_not_say_where_they_are_count_as_well(tmp_path: Path) -> None:
    cells = "<c><v>1</v></c>" * 1001
    path = _with_sheet(tmp_path, f"<sheetData><row>{cells}</row></sheetData>")
    with pytest.raises(InvalidTable, match="第 1 行、第 1001 列"):
        read_rows(path)


def test_a_text_that_stands_once_and_is_pointed_at_by_every_cell_is_refused(
    tmp_path: Path,
) -> None:
    text = CLUE * (EXCEL_CELL_LENGTH // len(CLUE))
    with pytest.raises(InvalidTable, match="合计超过 20000 万字"):
        read_rows(_with_shared_texts(tmp_path, [text], [0] * 6_500))


def test_a_workbook_is_read_whose_texts_stand_apart_as_excel_writes_them(tmp_path: Path) -> None:
    path = _with_shared_texts(tmp_path, [CLUE, "text"], [1, 0, 0])
    assert read_rows(path) == [Row(2, {"text": CLUE}), Row(3, {"text": CLUE})]


def test_a_cell_that_points_at_no_text_yet_is_empty(tmp_path: Path) -> None:
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v></v></c>'
    path = _with_sheet(tmp_path, f'<sheetData><row r="1">{cells}</row></sheetData>')
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>text</t></si></sst>")
    with pytest.raises(InvalidTable, match="没有一行数据"):
        read_rows(path)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="甲"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="XFDA1"><v>1</v></c></row>',
        "<row/></sheetData></worksheet><worksheet><sheetData>",
        '<row r="1"><c r="A1" t="s"><v>甲</v></c></row>',
    ],
    ids=[
        "torn",
        "a row of no number",
        "a cell at no place",
        "a second sheet behind the first",
        "a cell that points at no text",
    ],
)
def test_a_sheet_whose_size_cannot_be_told_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(InvalidTable, match="工作簿已损坏"):
        read_rows(_with_sheet(tmp_path, f"<sheetData>{rows}</sheetData>"))


def test_a_merged_range_ends_where_the_cells_do(tmp_path: Path) -> None:
    cells = '<sheetData><row r="1"><c r="B1"><v>1</v></c></row></sheetData>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    (sheet,) = read_sheets(_with_sheet(tmp_path, cells + merged))
    assert sheet.merged == [((0, 0), (0, 1))]


@pytest.mark.parametrize(
    ("header", "lost"), [(["编号", "text"], True), (["说明", "由王芳填写"], False)]
)
def test_clues_on_a_second_sheet_are_not_lost_unseen(
    tmp_path: Path, header: list[str], lost: bool
) -> None:
    path = _workbook(tmp_path, ["text"], [CLUE])
    workbook = load_workbook(path)
    workbook.create_sheet("四月").append(header)
    workbook.save(path)
    if not lost:
        assert len(read_rows(path)) == 1
        return
    with pytest.raises(InvalidTable, match="工作表“四月”也有 text 列"):
        read_rows(path)


def _with_cell_at(folder: Path, cell: str, value: str | None) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["A1"], sheet["A2"] = "text", CLUE
    sheet[cell].value = value
    sheet[cell].fill = PatternFill("solid", "FFFF00")
    path = folder / "clues.xlsx"
    workbook.save(path)
    return path


def _with_sheet(folder: Path, content: str) -> Path:
    """A workbook whose sheet another program wrote."""
    whole = _workbook(folder, ["text"], [CLUE])
    path = folder / "other.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            sheet = f"<worksheet>{content}</worksheet>".encode()
            written = sheet if "sheet1" in name else source.read(name)
            target.writestr(name, written)
    return path


def _with_shared_texts(folder: Path, texts: list[str], rows: list[int]) -> Path:
    """A workbook with one column, whose cells point at texts by number."""
    cells = "".join(f'<row><c t="s"><v>{text}</v></c></row>' for text in rows)
    path = _with_sheet(folder, f"<sheetData>{cells}</sheetData>")
    table = "".join(f"<si><t>{text}</t></si>" for text in texts)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst>{table}</sst>")
    return path


def test_every_bad_row_is_reported_at_once(tmp_path: Path) -> None:
    path = _file(tmp_path, "clues.jsonl", '{"text": "a"}\n{\n[]\n{"text": "b"}\n')
    with pytest.raises(InvalidTable) as caught:
        read_rows(path)
    assert [mistake.partition("：")[0] for mistake in caught.value.mistakes] == [
        "第 2 行",
        "第 3 行",
    ]


def test_scanning_passes_over_no_bad_row(tmp_path: Path) -> None:
    path = _file(tmp_path, "clues.jsonl", '{"text": "a"}\n{\n{"text": "b"}\n')
    assert [type(row) for row in scan_rows(path)] == [Row, BadRow, Row]


def test_a_mistake_never_quotes_the_clue(tmp_path: Path) -> None:
    path = _file(tmp_path, "clues.jsonl", f'{{"text": "{CLUE}", "x": }}\n["{CLUE}"]\n')
    with pytest.raises(InvalidTable) as caught:
        read_rows(path)
    assert CLUE not in str(caught.value)


_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
_texts = st.text(_characters, min_size=1, max_size=50).filter(lambda text: bool(text.strip()))
_columns = st.sampled_from(["text", "clue_id", "备注", "=1"])
_rows = st.lists(st.dictionaries(_columns, _texts, min_size=1), min_size=1, max_size=5)
_with_text = _rows.map(lambda rows: [{"text": "正文", **row} for row in rows])


@given(_with_text)
@settings(max_examples=150, deadline=None)
def test_jsonl_reads_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    path = tmp_path_factory.mktemp("written") / "rows.jsonl"
    write_rows(path, rows)
    assert [row.values for row in read_rows(path)] == rows


@given(_with_text)
@settings(max_examples=60, deadline=None)
def test_excel_reads_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    path = tmp_path_factory.mktemp("written") / "rows.xlsx"
    write_rows(path, rows)
    assert [row.values for row in read_rows(path)] == rows


@pytest.mark.parametrize(
    "value", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "001"]
)
def test_no_text_becomes_a_formula_or_a_number_in_excel(tmp_path: Path, value: str) -> None:
    write_rows(tmp_path / "rows.xlsx", [{"text": value}])
    sheet = load_workbook(tmp_path / "rows.xlsx").active
    assert sheet is not None
    cell = sheet["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")


def test_a_number_with_more_digits_than_excel_keeps_is_written_as_text(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.xlsx", [{"text": "a", "id": 620102199001011234, "share": 0.25}])
    assert read_rows(tmp_path / "rows.xlsx")[0].values == {
        "text": "a",
        "id": "620102199001011234",
        "share": "0.25",
    }


def test_a_value_longer_than_an_excel_cell_is_cut(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.xlsx", [{"text": "长" * 40_000}])
    assert len(str(read_rows(tmp_path / "rows.xlsx")[0].values["text"])) == EXCEL_CELL_LENGTH


def test_more_columns_than_excel_has_are_refused_saying_what_to_do(tmp_path: Path) -> None:
    row: dict[str, object] = {f"第{number}列": "甲" for number in range(EXCEL_COLUMNS + 1)}
    with pytest.raises(InvalidTable, match=r"16385 列.*请改用 \.jsonl"):
        write_rows(tmp_path / "rows.xlsx", [row])


def test_writing_another_extension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTable, match=r"请用 \.jsonl 或 \.xlsx"):
        write_rows(tmp_path / "rows.csv", [{"text": "a"}])


def test_a_failed_write_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows(path, [{"text": "a"}])
    with pytest.raises(UnicodeEncodeError):
        write_rows(path, [{"text": "\ud800"}])
    assert read_rows(path) == [Row(1, {"text": "a"})]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("torn", [b"", b"{", b'{"text": "' + b"x" * 200_000, b"\xe9\x9b"])
def test_appending_continues_after_the_last_complete_line(tmp_path: Path, torn: bytes) -> None:
    path = _file(tmp_path, "rows.jsonl", b'{"text": "a"}\n' + torn)
    with JsonlAppender(path) as appender:
        appender.append({"text": "乙"})
    assert [row.values for row in read_rows(path)] == [{"text": "a"}, {"text": "乙"}]


def test_a_file_of_one_torn_line_starts_anew(tmp_path: Path) -> None:
    path = _file(tmp_path, "rows.jsonl", b'{"text": "torn')
    with JsonlAppender(path) as appender:
        appender.append({"text": "乙"})
    assert read_rows(path) == [Row(1, {"text": "乙"})]
