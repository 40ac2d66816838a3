"""The shipped clues reach every hard case from both sides, every field, trap and routing rule."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.clean import clean
from model.gazetteer import load_gazetteer
from model.places import find_places
from model.reading import read_clue, whole_text
from model.route import Placement, place_clue
from model.signals import load_signals
from model.taxonomy import Taxonomy, load_taxonomy
from model.where_to import where_to
from training.labelled import LabelledClue, data_files, read_labelled

DATASETS = Path("datasets")
TAXONOMY = load_taxonomy(DATASETS / "taxonomy.yaml")
COVERAGE = yaml.safe_load((DATASETS / "coverage.yaml").read_text(encoding="utf-8"))
HARD_CASES: Mapping[str, Mapping[str, Any]] = COVERAGE["hard_cases"]
FIELDS: Mapping[str, Mapping[str, Any]] = COVERAGE["statutory_fields"]
TRAPS: Mapping[str, Mapping[str, Any]] = COVERAGE["place_traps"]
READ_ON = date(2026, 11, 29)

# agency-idle stands before it and finds an organ wherever it would: it only names an alternative.
ONLY_LISTED = {"government-idle"}


@pytest.fixture(scope="module")
def corpus() -> dict[str, LabelledClue]:
    clues = read_labelled(data_files((DATASETS / "clues",)), TAXONOMY)
    return {clue.name: clue for clue in clues}


@pytest.mark.parametrize("item", HARD_CASES)
@pytest.mark.parametrize("side", ["in", "beside"])
def test_a_hard_case_is_met_from_both_sides_of_its_line(
    item: str, side: str, corpus: dict[str, LabelledClue]
) -> None:
    assert len(set(HARD_CASES[item][side]) & corpus.keys()) >= 12


@pytest.mark.parametrize("item", HARD_CASES)
def test_no_clue_stands_on_both_sides_of_one_line(item: str) -> None:
    assert not set(HARD_CASES[item]["in"]) & set(HARD_CASES[item]["beside"])


@pytest.mark.parametrize("item", FIELDS)
def test_every_statutory_field_of_public_interest_is_written_about(
    item: str, corpus: dict[str, LabelledClue]
) -> None:
    touching = [
        clue
        for clue in map(corpus.get, FIELDS[item]["clues"])
        if clue and "public_interest" in (clue.module, *clue.secondary_modules)
    ]
    assert len(touching) >= 15


@pytest.mark.parametrize("item", TRAPS)
def test_every_trap_of_place_names_is_set_three_times(
    item: str, corpus: dict[str, LabelledClue]
) -> None:
    assert len(set(TRAPS[item]["clues"]) & corpus.keys()) >= 3


def test_every_rule_of_routing_decides_three_clues(corpus: dict[str, LabelledClue]) -> None:
    gazetteer = load_gazetteer(DATASETS / "gazetteer")
    placements = [
        _placement(clue, gazetteer) for clue in corpus.values() if clue.module != "out_of_scope"
    ]
    decides = Counter(placement.rule for placement in placements)
    lists = Counter(rule for found in placements for rule in {r for _, r in found.alternatives})
    assists = Counter(rule for found in placements for _, rule, _ in found.assisting)
    rare = {
        rule.id
        for rule in TAXONOMY.jurisdiction
        if (lists if rule.id in ONLY_LISTED else decides)[rule.id] < 3
    }
    rare |= {assist.id for assist in TAXONOMY.assisting if assists[assist.id] < 3}
    assert rare == set()


def test_every_destination_outside_the_procuratorate_gets_three_clues(
    corpus: dict[str, LabelledClue],
) -> None:
    found = Counter(
        _destination(c, TAXONOMY) for c in corpus.values() if c.module == "out_of_scope"
    )
    rare = {d.code for d in TAXONOMY.where_to.destinations if found[d.code] < 3}
    assert rare == set()


def _placement(clue: LabelledClue, gazetteer: Any) -> Placement:
    """Where the clue goes by its labels, not by what a model makes of it."""
    text = whole_text(clue.clue)
    return place_clue(
        module=clue.module,
        secondary=clue.secondary_modules,
        function=clue.function,
        text=text,
        mentions=find_places(text, gazetteer, READ_ON),
        sender_mentions=find_places(clean(clue.clue.location or "").text, gazetteer, READ_ON),
        taxonomy=TAXONOMY,
        on=READ_ON,
    )


SIGNALS = load_signals(DATASETS / "signals.yaml")


def _destination(clue: LabelledClue, taxonomy: Taxonomy) -> str:
    reading = read_clue(clue.clue, SIGNALS)
    noise = "looks_like_noise" in reading.reasons
    return where_to(reading.whole, clue.urgency, taxonomy, noise=noise).code
