"""What a clerk may write in the gazetteer's tables, and what the loader says when it is wrong."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from model.errors import InvalidConfiguration
from model.gazetteer import load_gazetteer
from model.places import find_places

GAZETTEER = Path(__file__).parents[2] / "datasets" / "gazetteer"
HEADER = (
    "name,aliases,kind,procuratorate,also,valid_from,valid_until,needs_context,"
    "outside_with,source,note\n"
)
AGENCIES = "suffix,kind,levels,branches,source,note\n"
TODAY = date(2024, 1, 1)


def _table(directory: Path, rows: str, header: str = HEADER, name: str = "places.csv") -> Path:
    (directory / name).write_text(header + rows, encoding="utf-8")
    return directory


def _mistakes(directory: Path) -> list[str]:
    with pytest.raises(InvalidConfiguration) as caught:
        load_gazetteer(directory)
    return caught.value.mistakes


def _procuratorates(directory: Path, text: str, on: date = TODAY) -> list[str]:
    return [m.procuratorate for m in find_places(text, load_gazetteer(directory), on)]


def test_loads_the_shipped_gazetteer() -> None:
    assert len(load_gazetteer(GAZETTEER).senses) > 10_000


def test_reads_what_excel_saves_as_csv_utf8(tmp_path: Path) -> None:
    rows = "什川镇,,town,gaolan,,,,,,,\r\n"
    (tmp_path / "places.csv").write_bytes(b"\xef\xbb\xbf" + (HEADER + rows).encode())
    assert _procuratorates(tmp_path, "什川镇的梨园") == ["gaolan"]


@pytest.mark.parametrize("separator", ["｜", "|"])
def test_takes_either_bar_between_aliases(separator: str, tmp_path: Path) -> None:
    _table(tmp_path, f"兰州西站,西客站{separator}兰州西客站,landmark,qilihe,,,,,,,\n")
    assert _procuratorates(tmp_path, "西客站和兰州西客站") == ["qilihe", "qilihe"]


def test_a_name_changes_hands_on_its_day(tmp_path: Path) -> None:
    _table(
        tmp_path,
        "九合镇,,town,gaolan,,,2022-09-07,,,,\n九合镇,,town,anning,,2022-09-08,,,,,\n",
    )
    assert _procuratorates(tmp_path, "九合镇", date(2022, 9, 7)) == ["gaolan"]
    assert _procuratorates(tmp_path, "九合镇", date(2022, 9, 8)) == ["anning"]


def test_a_listed_name_beats_a_composed_one(tmp_path: Path) -> None:
    _table(tmp_path, "榆中县,,district,yuzhong,,,,,,,\n榆中县公安局,,police,city,,,,,,,\n")
    _table(tmp_path, "公安局,police,district,,,\n", AGENCIES, "agencies.csv")
    assert _procuratorates(tmp_path, "榆中县公安局") == ["city"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市教育局", ["city"]),
        ("兰州市教育局", ["city"]),
        ("省教育局", []),
        ("榆中县教育局", ["yuzhong"]),
        ("榆中教育局", ["yuzhong"]),
        ("市教育局榆中分局", ["yuzhong"]),
        ("县教育局", []),
        ("榆中县的学校,县教育局不管", ["yuzhong", "yuzhong"]),
    ],
)
def test_composes_agencies_from_places(text: str, expected: list[str], tmp_path: Path) -> None:
    _table(tmp_path, "榆中县,榆中,district,yuzhong,,,,,,,\n")
    _table(tmp_path, "教育局,agency,city｜district,是,,\n", AGENCIES, "agencies.csv")
    assert _procuratorates(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        (
            "什川镇,,towm,gaolan,,,,,,,\n",
            "places.csv 第 2 行 kind 列：“towm”不可用，可用的有 ",
        ),
        (
            "什川镇,,town,gaolann,,,,,,,\n",
            "places.csv 第 2 行 procuratorate 列：“gaolann”不可用，可用的有 ",
        ),
        ("什川镇,,town,,,,,,,,\n", "places.csv 第 2 行 procuratorate 列：“”不可用，可用的有 "),
        (
            "不得安宁,,word,anning,,,,,,,\n",
            "places.csv 第 2 行 procuratorate 列：“anning”不可用，可用的有 （空）",
        ),
        (
            "什川镇,,town,gaolan,anning｜xx,,,,,,\n",
            "places.csv 第 2 行 also 列：“xx”不可用，可用的有 ",
        ),
        (
            "什川镇,,town,gaolan,gaolan,,,,,,\n",
            "places.csv 第 2 行 also 列：与 procuratorate 列重复：gaolan",
        ),
        (
            "什川镇,,town,gaolan,,2022/9/8,,,,,\n",
            "places.csv 第 2 行 valid_from 列：“2022/9/8”不是日期，请写成 2022-09-08 的样子",
        ),
        (
            "什川镇,,town,gaolan,,2022-09-08,2022-09-07,,,,\n",
            "places.csv 第 2 行 valid_until 列：早于 valid_from",
        ),
        (
            "什川镇,,town,gaolan,,,,maybe,,,\n",
            "places.csv 第 2 行 needs_context 列：“maybe”不可用，可用的有 ",
        ),
        ("什,,town,gaolan,,,,,,,\n", "places.csv 第 2 行 name 列：名称至少两个字"),
        ("什川镇,什,town,gaolan,,,,,,,\n", "places.csv 第 2 行 aliases 列：别名至少两个字"),
        (
            "什川镇,town,gaolan\n",
            "places.csv 第 2 行：有 3 格，表头有 11 列，请检查多余或缺少的逗号",
        ),
        (
            "什川镇,,town,gaolan,,,,,,,\n什川镇,,town,gaolan,,,,,,,\n",
            "“什川镇”（gaolan）重复，请合并为一行",
        ),
    ],
)
def test_says_where_the_mistake_is(row: str, mistake: str, tmp_path: Path) -> None:
    [told] = _mistakes(_table(tmp_path, row))
    assert told.startswith(mistake)


def test_tells_every_mistake_of_every_file_at_once(tmp_path: Path) -> None:
    _table(tmp_path, "什川镇,,towm,gaolann,,,,,,,\n\n水阜镇,,town,gaolan,,不详,,,,,\n")
    _table(tmp_path, ",agency,village,,,\n", AGENCIES, "agencies.csv")
    assert [told.partition("：")[0] for told in _mistakes(tmp_path)] == [
        "agencies.csv 第 2 行 suffix 列",
        "agencies.csv 第 2 行 levels 列",
        "places.csv 第 2 行 kind 列",
        "places.csv 第 2 行 procuratorate 列",
        "places.csv 第 4 行 valid_from 列",
    ]


def test_names_the_missing_columns(tmp_path: Path) -> None:
    _table(tmp_path, "", "name,kind,procuratorate,also,valid_from,valid_until,source,note\n")
    assert _mistakes(tmp_path) == [
        "places.csv 第 1 行：缺少列 aliases、needs_context、outside_with，请补上表头"
    ]


def test_asks_for_utf8(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_bytes((HEADER + "什川镇,,town,gaolan,,,,,,,\n").encode("gbk"))
    assert _mistakes(tmp_path) == ["places.csv：不是 UTF-8 编码，请在 Excel 中另存为“CSV UTF-8”"]


def test_says_when_the_directory_holds_no_table(tmp_path: Path) -> None:
    assert _mistakes(tmp_path / "none") == ["目录中没有地名表（*.csv），请检查路径"]


def test_loads_from_a_copy_elsewhere(tmp_path: Path) -> None:
    copy = shutil.copytree(GAZETTEER, tmp_path / "gazetteer")
    assert load_gazetteer(copy).senses == load_gazetteer(GAZETTEER).senses
