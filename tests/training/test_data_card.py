"""The documents of the data say what is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from model.errors import InvalidConfiguration
from model.taxonomy import Taxonomy, load_taxonomy
from training.data_card import counts_table, with_counts
from training.labelled import (
    CLUE_COLUMNS,
    LABEL_COLUMNS,
    OTHER_COLUMNS,
    LabelledClue,
    data_files,
    read_labelled,
)

SHORTEST, LONGEST = 20, 60
"""Characters of an example: long enough to judge, short enough to remember."""


@pytest.fixture(scope="module")
def guide(datasets: Path) -> str:
    return (datasets / "标注指南.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def card(datasets: Path) -> str:
    return (datasets / "数据卡.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def taxonomy(datasets: Path) -> Taxonomy:
    return load_taxonomy(datasets / "taxonomy.yaml")


def _names(taxonomy: Taxonomy) -> dict[str, str]:
    axes = (taxonomy.modules, taxonomy.urgencies, taxonomy.functions)
    return {entry.code: entry.name for axis in axes for entry in axis}


def _section(document: str, heading: str) -> str:
    return document.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


def _labelled_by_the_guide(guide: str, folder: Path, taxonomy: Taxonomy) -> list[LabelledClue]:
    """The guide's own examples, handed in as an annotator would."""
    header = "text,module,secondary_modules,urgency,function"
    lines = [line.strip("| ") for line in _section(guide, "例子").splitlines() if "`" in line]
    rows = [re.sub(r"\s*\|\s*", ",", line).replace("`", "") for line in lines]
    path = folder / "例子.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    return read_labelled([path], taxonomy)


def test_the_counts_in_the_card_are_those_of_the_files(card: str, datasets: Path) -> None:
    assert with_counts(card, counts_table((datasets / "clues").glob("*.jsonl"))) == card


def test_a_card_without_a_place_for_the_counts_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match="counts:begin"):
        with_counts("# 数据卡\n", "| 模块 |\n")


def test_counts_are_by_module_urgency_and_function(tmp_path: Path) -> None:
    path = tmp_path / "三条.csv"
    path.write_text(
        "text,module,secondary_modules,urgency,function,author_group\n"
        "井盖丢了,public_interest,,urgent,public_interest_litigation,甲\n"
        "河水发黄,public_interest,service_center,normal,public_interest_litigation,甲\n"
        "暖气不热了,out_of_scope,,normal,transfer,乙\n",
        encoding="utf-8",
    )
    lines = counts_table([path]).splitlines()
    assert "| public_interest | 0 | 1 | 1 | 0 | 2 | 1 |" in lines
    assert "| 合计 | 0 | 1 | 2 | 0 | 3 | 1 |" in lines
    assert "| transfer | 1 |" in lines
    assert "| 2 | 0 | 0 | 0 |" in lines


def test_the_card_counts_every_label(card: str, taxonomy: Taxonomy) -> None:
    for code in _names(taxonomy):
        assert re.search(rf"\| {code} \|", card)


def test_the_guide_explains_every_label_under_its_name(guide: str, taxonomy: Taxonomy) -> None:
    for code, name in _names(taxonomy).items():
        assert f"| `{code}` | {name} |" in guide


def test_the_guide_explains_every_column(guide: str) -> None:
    for column in (*CLUE_COLUMNS, *LABEL_COLUMNS, *OTHER_COLUMNS):
        assert f"| `{column}` |" in guide


def test_the_guide_shows_two_examples_of_every_module_and_urgency(
    guide: str, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    examples = _labelled_by_the_guide(guide, tmp_path, taxonomy)
    shown = Counter(label for item in examples for label in (item.module, item.urgency))
    for axis in (taxonomy.modules, taxonomy.urgencies):
        for entry in axis:
            assert shown[entry.code] >= 2
    assert all(SHORTEST <= len(item.clue.text) <= LONGEST for item in examples)


def test_no_example_of_the_guide_is_in_the_corpus(
    guide: str, datasets: Path, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    examples = _labelled_by_the_guide(guide, tmp_path, taxonomy)
    corpus = {item.clue.text for item in read_labelled(data_files((datasets / "clues",)), taxonomy)}
    assert corpus.isdisjoint(item.clue.text for item in examples)


def test_the_line_shown_in_the_guide_can_be_handed_in(
    guide: str, tmp_path: Path, taxonomy: Taxonomy
) -> None:
    shown = re.search(r"```json\n(.*?)```", guide, re.DOTALL)
    assert shown is not None
    path = tmp_path / "一行.jsonl"
    path.write_text(shown.group(1), encoding="utf-8")
    assert [item.module for item in read_labelled([path], taxonomy)] == ["minor_protection"]
