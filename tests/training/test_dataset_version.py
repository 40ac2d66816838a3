"""A dataset's version is what it says; two versions are compared clue by clue."""

import json
from pathlib import Path

import pytest
from label_files import BULLYING, HEATING, json_lines, row
from typer.testing import CliRunner

from fenzhen import app
from model.taxonomy import Taxonomy
from training.exchange.version import compare_datasets, dataset_version
from training.labelled import read_labelled


def _version(path: Path, taxonomy: Taxonomy, *rows: dict[str, object]) -> str:
    return dataset_version(read_labelled([json_lines(path, *rows)], taxonomy))


def test_the_version_does_not_depend_on_order_or_file(tmp_path: Path, taxonomy: Taxonomy) -> None:
    one, two = row("1"), row("2", HEATING)
    first = _version(tmp_path / "a.jsonl", taxonomy, one, two)
    assert first == _version(tmp_path / "b.jsonl", taxonomy, two, one)


@pytest.mark.parametrize("change", [{"urgency": "normal"}, {"text": HEATING}, {"split": "test"}])
def test_a_word_a_label_or_the_split_makes_another_version(
    tmp_path: Path, taxonomy: Taxonomy, change: dict[str, object]
) -> None:
    before = _version(tmp_path / "a.jsonl", taxonomy, row())
    assert before != _version(tmp_path / "a.jsonl", taxonomy, row(**change))


def test_every_kind_of_difference_is_found(tmp_path: Path, taxonomy: Taxonomy) -> None:
    before = [row("1"), row("2", HEATING), row("3", BULLYING)]
    after = [row("1", urgency="normal", secondary_modules=["judicial_aid"]),
             row("3", BULLYING + "。", split="test"), row("4")]  # fmt: skip
    first, second = (
        read_labelled([json_lines(tmp_path / "x.jsonl", *rows)], taxonomy)
        for rows in (before, after)
    )
    found = compare_datasets(first, second)
    assert (found.added, found.removed) == (("4",), ("2",))
    assert (found.reworded, found.dealt_anew) == (("3",), ("3",))
    moves = {(c.clue, c.head, c.before, c.after) for c in found.relabelled}
    assert moves == {
        ("1", "urgency", "urgent", "normal"),
        ("1", "secondary_modules", "", "judicial_aid"),
    }


@pytest.mark.parametrize(
    ("groups", "regrouped"), [(("丙", "丙"), ()), (("甲", "乙"), ("2",)), (("", ""), ("2",))]
)
def test_a_clue_is_regrouped_when_it_stands_with_others_whatever_the_group_is_called(
    tmp_path: Path, taxonomy: Taxonomy, groups: tuple[str, str], regrouped: tuple[str, ...]
) -> None:
    before, after = (
        [row("1", author_group=one), row("2", HEATING, author_group=two)]
        for one, two in (("甲", "甲"), groups)
    )
    first, second = (
        read_labelled([json_lines(tmp_path / "x.jsonl", *rows)], taxonomy)
        for rows in (before, after)
    )
    found = compare_datasets(first, second)
    assert found.regrouped == regrouped and found.nothing == (not regrouped)
    assert dataset_version(first) == dataset_version(second)


def test_the_command_tells_counts_and_ids(
    tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    first = json_lines(tmp_path / "甲.jsonl", row("1"), row("2", HEATING))
    second = json_lines(tmp_path / "乙.jsonl", row("1", urgency="normal"))
    arguments = ["data", "diff", str(first), str(second)]
    told = CliRunner().invoke(app, arguments).stdout
    assert "删去 1 条：2" in told and "紧急程度 urgent → normal 1 条：1" in told
    found = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert found["removed"] == ["2"] and len(set(found["versions"])) == 2
