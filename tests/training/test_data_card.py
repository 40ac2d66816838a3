"""The documents of the data say what is there."""

from pathlib import Path

from model.taxonomy import load_taxonomy
from training.data_card import counts_table, with_counts


def test_the_counts_in_the_card_are_those_of_the_files(datasets: Path) -> None:
    card = (datasets / "数据卡.md").read_text(encoding="utf-8")
    assert with_counts(card, counts_table((datasets / "clues").glob("*.jsonl"))) == card


def test_the_guide_explains_every_label(datasets: Path) -> None:
    guide = (datasets / "标注指南.md").read_text(encoding="utf-8")
    taxonomy = load_taxonomy(datasets / "taxonomy.yaml")
    for axis in (taxonomy.modules, taxonomy.urgencies, taxonomy.functions):
        for entry in axis:
            assert f"`{entry.code}`" in guide


def test_every_label_of_every_axis_occurs(datasets: Path) -> None:
    table = counts_table((datasets / "clues").glob("*.jsonl"))
    taxonomy = load_taxonomy(datasets / "taxonomy.yaml")
    for axis in (taxonomy.modules, taxonomy.urgencies, taxonomy.functions):
        for entry in axis:
            assert entry.code in table
