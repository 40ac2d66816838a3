"""The golden clues: every one is read right by the model that ships, and a wrong answer is told."""

import json
from pathlib import Path

import pytest

from model.clue import Clue
from model.errors import InvalidConfiguration
from model.golden import GoldenClue, GoldenMistake, golden_mistakes, parse_golden
from model.taxonomy import load_taxonomy
from model.triager import Triager


@pytest.fixture(scope="module")
def golden(datasets: Path) -> tuple[GoldenClue, ...]:
    return parse_golden("golden.jsonl", (datasets / "golden.jsonl").read_text(encoding="utf-8"))


def test_the_shipped_model_reads_every_golden_clue_right(
    golden: tuple[GoldenClue, ...], triager: Triager
) -> None:
    mistakes = [m for item in golden for m in golden_mistakes(item, triager.triage(item.clue))]
    assert mistakes == []


def test_they_cover_every_module_function_and_the_emergencies(
    golden: tuple[GoldenClue, ...], datasets: Path
) -> None:
    taxonomy = load_taxonomy(datasets / "taxonomy.yaml")
    assert {item.module for item in golden} == set(taxonomy.module_by_code)
    assert {item.function for item in golden} == set(taxonomy.function_by_code)
    assert sum(item.urgency == "critical" for item in golden) >= 5


def test_the_clue_that_started_the_platform_is_the_first(golden: tuple[GoldenClue, ...]) -> None:
    assert golden[0].text.startswith("城关区雁东路小学门口")


def test_none_is_among_the_clues_that_models_learn_from(
    golden: tuple[GoldenClue, ...], datasets: Path
) -> None:
    learned = {
        json.loads(line)["text"]
        for path in (datasets / "clues").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert learned.isdisjoint(item.text for item in golden)


def test_a_wrong_answer_is_named_with_what_was_wanted(
    golden: tuple[GoldenClue, ...], triager: Triager
) -> None:
    heating = triager.triage(Clue(text="小区暖气一直不热，打了物业好几次电话都不来修"))
    assert GoldenMistake(golden[0].clue_id, "module", "minor_protection", "out_of_scope") in (
        golden_mistakes(golden[0], heating)
    )
    emergency = next(item for item in golden if item.urgency == "critical")
    assert "alarm" in {mistake.head for mistake in golden_mistakes(emergency, heating)}


def test_a_damaged_file_is_refused_line_by_line() -> None:
    with pytest.raises(
        InvalidConfiguration, match="第 1 行：function、module、procuratorate、urgency"
    ) as caught:
        parse_golden("golden.jsonl", '{"clue_id": "a", "text": "甲"}\n这不是 JSON\n')
    assert "第 2 行：整行" in caught.value.detail
    with pytest.raises(InvalidConfiguration, match="没有一条线索"):
        parse_golden("golden.jsonl", "\n")
