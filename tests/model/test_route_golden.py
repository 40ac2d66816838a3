"""Whose clue it is, from the bare text, against a table that a lawyer reads and edits in Excel.

A row is right by the law that its last column cites; dates matter, for boundaries and statutes
have changed.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from model.clean import clean
from model.gazetteer import Gazetteer, load_gazetteer
from model.places import find_places
from model.route import Placement, place_clue
from model.taxonomy import Taxonomy, load_taxonomy

DATASETS = Path(__file__).parents[2] / "datasets"
GOLDEN = Path(__file__).with_name("route_golden.csv")

Row = dict[str, str]

with GOLDEN.open(encoding="utf-8-sig", newline="") as table:
    ROWS: list[Row] = list(csv.DictReader(table))

ONLY_OFFERED = {"government-idle"}
"""Rules that only ever offer an alternative."""

TRAPS = (
    "皋兰路", "安宁西路", "安宁堡", "张掖路", "白银路", "临夏路", "嘉峪关路", "酒泉路", "定西路",
    "靖远路", "渭源路", "敦煌路", "临洮街", "城关镇", "榆中县城关镇", "永登县城关镇",
    "通渭县城关镇", "拉萨市城关区", "云南省安宁市", "九合镇", "忠和镇沟里", "忠和镇盐池村",
    "皋兰县忠和镇崖川村", "忠和镇忠和村", "龙泉乡", "龙泉寺镇", "高新区", "定连园区", "经开区",
    "兰州的新区", "兰州新区", "树屏镇", "水阜镇", "铁路东村", "火车站街道", "不得安宁", "和平镇",
    "和平解决", "平安镇", "平安银行",
)  # fmt: skip


@cache
def taxonomy() -> Taxonomy:
    return load_taxonomy(DATASETS / "taxonomy.yaml")


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer(DATASETS / "gazetteer")


def place(row: Row) -> Placement:
    on = date.fromisoformat(row["日期"])
    text = clean(row["文本"]).text
    return place_clue(
        module=row["模块"],
        secondary=tuple(filter(None, row["次要模块"].split(";"))),
        function=row["职能"],
        text=text,
        mentions=find_places(text, gazetteer(), on),
        sender_mentions=find_places(clean(row["提交人地点"]).text, gazetteer(), on),
        taxonomy=taxonomy(),
        on=on,
    )


def written(placement: Placement) -> Row:
    """As the table writes it."""
    return {
        "承办院": placement.procuratorate,
        "规则": placement.rule,
        "备选": ";".join(code for code, _ in placement.alternatives),
        "协办": ";".join(function for function, _, _ in placement.assisting),
        "缺地点": "是" if placement.missing_place else "",
        "需人工选定": "是" if placement.ambiguous else "",
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['规则']}-{row['文本'][:14]}")
def test_a_clue_is_placed_as_the_law_says(row: Row) -> None:
    found = written(place(row))
    assert found == {column: row[column] for column in found}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['日期']}-{row['文本'][:14]}")
def test_a_row_has_labels_that_go_together_and_says_why(row: Row) -> None:
    assert row["职能"] in taxonomy().module_by_code[row["模块"]].functions
    assert set(filter(None, row["次要模块"].split(";"))) < set(taxonomy().module_by_code)
    assert row["说明"]
    assert 15 <= len(row["文本"]) <= 80


def test_there_are_enough_rows_and_none_twice() -> None:
    assert len(ROWS) >= 210
    assert len({(row["文本"], row["日期"]) for row in ROWS}) == len(ROWS)


def fewer_than_three(codes: Iterable[str], occurring: Iterable[str]) -> set[str]:
    times = Counter(occurring)
    return {code for code in codes if times[code] < 3}


def test_every_jurisdiction_rule_decides_three_rows() -> None:
    rules = [rule.id for rule in taxonomy().jurisdiction]
    assert fewer_than_three(rules, (row["规则"] for row in ROWS)) == ONLY_OFFERED


def test_what_only_offers_an_alternative_does_so_three_times() -> None:
    offered = [rule for row in ROWS for _, rule in place(row).alternatives]
    assert fewer_than_three(ONLY_OFFERED, offered) == set()


def test_every_procuratorate_gets_three_rows() -> None:
    codes = taxonomy().procuratorate_by_code
    assert fewer_than_three(codes, (row["承办院"] for row in ROWS)) == set()


def test_every_assisting_rule_applies_to_three_rows() -> None:
    rules = [rule.id for rule in taxonomy().assisting]
    applied = [rule for row in ROWS for _, rule, _ in place(row).assisting]
    assert fewer_than_three(rules, applied) == set()


@pytest.mark.parametrize("name", TRAPS)
def test_every_trap_of_place_names_has_a_row(name: str) -> None:
    assert any(name in row["文本"] for row in ROWS)


@pytest.mark.parametrize("town", ["九合镇", "忠和镇盐池村", "忠和镇崖川村"])
def test_the_moved_towns_have_rows_on_both_sides_of_the_change(town: str) -> None:
    placed = {row["承办院"] for row in ROWS if town in row["文本"]}
    assert placed == {"gaolan", "anning"}
