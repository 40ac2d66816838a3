"""Files in, files out: in order, one row each, continued where a run stopped."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from model.errors import InvalidTable
from model.table_writers import write_rows
from model.tables import BadRow, Row, read_rows
from model.triage import Triage
from model.triager import Triager
from serving.classify_files import UnusableOutputError, classify_file

CSV = """clue_id,text,submitted_at,备注,row
001,"城关区雁东路小学门口线缆乱拉乱挂，
车辆随意停放",2023-02-09 10:00,=1+1,甲
002,七里河区有工厂夜里往黄河偷排污水,2023-02-09 11:00,,乙
003,,2023-02-09 11:00,没有正文,丙
004,皋兰县有人盗采河砂,昨天,时间不对,丁
005,城关区法院判错了案,2023-02-09 12:00,,戊
"""


class PowerCutError(Exception):
    """Stops a run between two rows."""


def _all(rows: Sequence[Row | BadRow]) -> Iterable[Row | BadRow]:
    return rows


def _until(count: int, rows: Sequence[Row | BadRow]) -> Iterator[Row | BadRow]:
    for number, row in enumerate(rows):
        if number == count:
            raise PowerCutError
        yield row


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "clues.csv"
    path.write_text(CSV)
    return path


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "triages.jsonl"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_every_row_is_answered_in_order(triager: Triager, source: Path, output: Path) -> None:
    summary = classify_file(triager, source, output, _all)
    assert (summary.rows, summary.continued_after, summary.failed) == (5, 0, 2)
    lines = _lines(output)
    assert [line["row"] for line in lines] == [2, 4, 5, 6, 7]
    assert ["triage" in line for line in lines] == [True, True, False, False, True]
    assert Triage.model_validate(lines[0]["triage"]).clue_id == "001"


def test_a_bad_row_says_which_field_is_wrong(triager: Triager, source: Path, output: Path) -> None:
    classify_file(triager, source, output, _all)
    errors = [line["error"]["detail"] for line in _lines(output) if "error" in line]
    assert [str(error).split("：")[0] for error in errors] == ["text", "submitted_at"]


def test_unknown_columns_are_carried_through(triager: Triager, source: Path, output: Path) -> None:
    classify_file(triager, source, output, _all)
    assert [line["input"].get("备注") for line in _lines(output)] == [
        "=1+1", None, "没有正文", "时间不对", None,
    ]  # fmt: skip
    assert [line["input"]["row"] for line in _lines(output)] == list("甲乙丙丁戊")


def test_half_a_json_line_fails_alone(triager: Triager, tmp_path: Path, output: Path) -> None:
    source = tmp_path / "clues.jsonl"
    source.write_text('{"text": "城关区有人偷排污水"}\n{"text": "写到一\n{"text": "城关区"}\n')
    assert classify_file(triager, source, output, _all).failed == 1
    assert _lines(output)[1] == {
        "row": 2,
        "input": {},
        "error": {
            "code": "invalid_row",
            "detail": "JSON 不完整（可能写到一半），请补全或删去这一行",
        },
    }


def test_excel_in_and_excel_out_keep_rows_ids_and_formula_like_text(
    triager: Triager, source: Path, tmp_path: Path
) -> None:
    workbook, output = tmp_path / "clues.xlsx", tmp_path / "triages.xlsx"
    write_rows(workbook, [row.values for row in read_rows(source)])
    classify_file(triager, workbook, output, _all)
    rows = [row.values for row in read_rows(output)]
    assert [row["clue_id"] for row in rows] == ["001", "002", "003", "004", "005"]
    assert [row["row"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert (rows[0]["input.备注"], rows[0]["input.row"]) == ("=1+1", "甲")
    assert rows[0]["triage.procuratorate"] == "chengguan"
    assert str(rows[2]["error"]).startswith("text")
    assert list(tmp_path.glob("*.partial.jsonl")) == []


@pytest.mark.parametrize("stop", [0, 1, 4])
@pytest.mark.parametrize("suffix", [".jsonl", ".xlsx"])
def test_a_second_run_continues_and_ends_the_same(
    triager: Triager, source: Path, tmp_path: Path, stop: int, suffix: str
) -> None:
    whole, halved = tmp_path / f"whole{suffix}", tmp_path / f"halved{suffix}"
    classify_file(triager, source, whole, _all)
    with pytest.raises(PowerCutError):
        classify_file(triager, source, halved, lambda rows: _until(stop, rows))
    assert classify_file(triager, source, halved, _all).continued_after == stop
    if suffix == ".jsonl":
        assert halved.read_bytes() == whole.read_bytes()
    else:
        assert read_rows(halved) == read_rows(whole)


def test_a_torn_last_line_is_written_anew(triager: Triager, source: Path, output: Path) -> None:
    classify_file(triager, source, output, _all)
    whole = output.read_bytes()
    output.write_bytes(whole[:-50])
    assert classify_file(triager, source, output, _all).continued_after == 4
    assert output.read_bytes() == whole


def test_a_finished_output_is_left_as_it_is(triager: Triager, source: Path, output: Path) -> None:
    classify_file(triager, source, output, _all)
    whole = output.read_bytes()
    assert classify_file(triager, source, output, _all).continued_after == 5
    assert output.read_bytes() == whole


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("七里河区", "安宁区"), "与输入第 4 行不符"),
        (("005,城关区法院判错了案,2023-02-09 12:00,,戊\n", ""), "行数还多"),
    ],
)
def test_an_output_of_another_input_is_refused_and_kept(
    triager: Triager, source: Path, output: Path, change: tuple[str, str], message: str
) -> None:
    classify_file(triager, source, output, _all)
    whole = output.read_bytes()
    source.write_text(CSV.replace(*change))
    with pytest.raises(UnusableOutputError, match=message):
        classify_file(triager, source, output, _all)
    assert output.read_bytes() == whole


@pytest.mark.parametrize("content", ["正文\n", "[]\n", '{"a": 1}\n'])
def test_a_file_that_is_no_output_is_refused_and_kept(
    triager: Triager, source: Path, output: Path, content: str
) -> None:
    output.write_text(content)
    with pytest.raises(UnusableOutputError):
        classify_file(triager, source, output, _all)
    assert output.read_text() == content


def test_an_output_of_another_model_is_refused(
    triager: Triager, source: Path, output: Path
) -> None:
    classify_file(triager, source, output, _all)
    output.write_text(output.read_text().replace(triager.identity.version, "0" * 16))
    with pytest.raises(UnusableOutputError, match="另一版本的模型"):
        classify_file(triager, source, output, _all)


def test_a_finished_workbook_is_not_overwritten(
    triager: Triager, source: Path, tmp_path: Path
) -> None:
    output = tmp_path / "triages.xlsx"
    classify_file(triager, source, output, _all)
    with pytest.raises(UnusableOutputError, match="已存在"):
        classify_file(triager, source, output, _all)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("triages.csv", "请用 .jsonl 或 .xlsx"),
        ("clues.csv", "请用"),
        ("no/triages.jsonl", "不存在"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused(
    triager: Triager, source: Path, tmp_path: Path, name: str, message: str
) -> None:
    with pytest.raises(UnusableOutputError) as caught:
        classify_file(triager, source, tmp_path / name, _all)
    assert message in caught.value.detail
    assert source.read_text() == CSV


def test_input_and_output_are_never_the_same_file(triager: Triager, tmp_path: Path) -> None:
    path = tmp_path / "clues.jsonl"
    path.write_text('{"text": "城关区"}\n')
    with pytest.raises(UnusableOutputError, match="同一个文件"):
        classify_file(triager, path, path, _all)
    assert path.read_text() == '{"text": "城关区"}\n'


def test_an_unusable_input_leaves_no_output(triager: Triager, tmp_path: Path, output: Path) -> None:
    source = tmp_path / "clues.csv"
    source.write_text("a,b\n1,2\n")
    with pytest.raises(InvalidTable):
        classify_file(triager, source, output, _all)
    assert not output.exists()
