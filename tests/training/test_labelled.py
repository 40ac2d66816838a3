"""Labelled clues: read from every format, and every mistake reported at once."""

import json
from pathlib import Path

import pytest

from model.errors import InvalidTable
from model.tables import scan_rows
from model.taxonomy import Taxonomy, load_taxonomy
from training.labelled import data_files, read_labelled

GOOD = {
    "clue_id": "a1",
    "text": "工厂夜里偷排污水，河里的鱼都死了",
    "module": "public_interest",
    "urgency": "urgent",
    "function": "public_interest_litigation",
    "secondary_modules": ["business_environment"],
    "author_group": "g1",
}


@pytest.fixture(scope="module")
def taxonomy(datasets: Path) -> Taxonomy:
    return load_taxonomy(datasets / "taxonomy.yaml")


def _jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def test_reads_json_lines(tmp_path: Path, taxonomy: Taxonomy) -> None:
    (found,) = read_labelled([_jsonl(tmp_path / "a.jsonl", [GOOD])], taxonomy)
    assert found.module == "public_interest"
    assert found.secondary_modules == ("business_environment",)
    assert found.author_group == "g1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_reads_csv_with_chinese_label_names(
    tmp_path: Path, taxonomy: Taxonomy, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        "clue_id,text,module,secondary_modules,urgency,function\n"
        "001,孩子在学校门口被打,未成年人保护,公益诉讼线索;司法救助,紧急,未成年人检察\n".encode(
            encoding
        )
    )
    (found,) = read_labelled([path], taxonomy)
    assert found.clue.clue_id == "001"
    assert (found.module, found.urgency, found.function) == ("minor_protection", "urgent", "minors")
    assert found.secondary_modules == ("public_interest", "judicial_aid")


def test_every_mistake_of_every_file_is_reported_at_once(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    first = _jsonl(
        tmp_path / "一.jsonl",
        [
            GOOD,
            GOOD | {"clue_id": "a2", "module": "public_intrest"},
            GOOD | {"clue_id": "a3", "function": "minors"},
            GOOD | {"clue_id": "a4", "text": "  "},
        ],
    )
    second = _jsonl(
        tmp_path / "二.jsonl",
        [
            GOOD,
            {"clue_id": "b2", "text": "缺标签"},
            GOOD | {"clue_id": "b3", "module": "out_of_scope", "function": "transfer"},
        ],
    )
    with pytest.raises(InvalidTable) as caught:
        read_labelled([first, second], taxonomy)
    told = caught.value.detail
    for expected in (
        "一.jsonl 第 2 行 module 列",
        "是否想写 public_interest",
        "一.jsonl 第 3 行 function 列：minors 不能承办 public_interest",
        "一.jsonl 第 4 行 text 列",
        "二.jsonl 第 1 行 clue_id 列：编号与一.jsonl 第 1 行重复",
        "二.jsonl 第 2 行 urgency 列：缺少标签",
        "二.jsonl 第 3 行 secondary_modules 列：out_of_scope 不带次要模块",
    ):
        assert expected in told


def test_a_file_without_labels_is_one_mistake(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\n暖气不热\n水管漏水\n", encoding="utf-8")
    with pytest.raises(InvalidTable) as caught:
        read_labelled([path], taxonomy)
    assert caught.value.mistakes == ["a.csv 缺少列 module、urgency、function，请补上标签后再训练"]


def test_a_path_where_nothing_is_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidTable, match=r"找不到 .*没有，请检查路径"):
        data_files((tmp_path / "没有",))
    with pytest.raises(InvalidTable, match="找不到这个文件"):
        list(scan_rows(tmp_path / "没有"))


def test_no_message_repeats_the_text_of_a_clue(tmp_path: Path, taxonomy: Taxonomy) -> None:
    private = "张三的电话是13800000000"
    path = _jsonl(tmp_path / "a.jsonl", [GOOD | {"text": private, "module": "无"}])
    with pytest.raises(InvalidTable) as caught:
        read_labelled([path], taxonomy)
    assert "13800000000" not in caught.value.detail and "张三" not in caught.value.detail


def test_the_shipped_clues_are_clean(datasets: Path, taxonomy: Taxonomy) -> None:
    clues = read_labelled(sorted((datasets / "clues").glob("*.jsonl")), taxonomy)
    assert len(clues) >= 800


def test_a_file_of_another_shape_is_sent_to_the_import(tmp_path: Path, taxonomy: Taxonomy) -> None:
    path = tmp_path / "三月.csv"
    path.write_text("线索正文,模块\n砖厂半夜偷排黑烟,公益诉讼线索\n", "utf-8")
    with pytest.raises(InvalidTable, match=r"没有 text 列.*fenzhen data import"):
        read_labelled([path], taxonomy)
