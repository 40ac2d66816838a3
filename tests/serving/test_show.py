"""What the command line shows of a triage."""

import io
import re
from typing import Literal

from rich.console import Console

from model.clue import Clue
from model.triager import Triager
from serving.examples import FOUNDING_CLUE
from serving.show import explain_triage, show_triage

CLUE = Clue.model_validate(FOUNDING_CLUE)


def _console(colour: bool = False) -> Console:
    system: Literal["truecolor"] | None = "truecolor" if colour else None
    return Console(file=io.StringIO(), width=60, force_terminal=colour, color_system=system)


def _printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _without_marks(printed: str) -> str:
    return "".join(re.sub("〔[^〕]*〕", "", printed).split())


def _shown(triager: Triager, clue: Clue) -> str:
    console = _console()
    show_triage(triager.triage(clue), triager.taxonomy, console)
    return "".join(_printed(console).split())


def test_codes_are_shown_by_the_names_of_the_taxonomy(triager: Triager) -> None:
    triage, shown = triager.triage(CLUE), _shown(triager, CLUE)
    assert triage.module.name in shown
    assert f"{triage.module.confidence:.0%}" in shown
    assert "城关区人民检察院" in shown
    for code in triage.reasons:
        reason = triager.taxonomy.review_reason_by_code[code]
        assert reason.name in shown
        assert code not in shown


def test_the_rule_its_basis_and_the_deadlines_are_shown(triager: Triager) -> None:
    triage, shown = triager.triage(CLUE), _shown(triager, CLUE)
    rule = next(rule for rule in triager.taxonomy.jurisdiction if rule.id == triage.unit.rule)
    assert rule.name in shown
    assert "".join(triage.unit.legal_basis.split()) in shown
    assert "2023-02-16前程序性答复" in shown


def test_what_is_out_of_scope_is_told_where_to_turn(triager: Triager) -> None:
    clue = Clue(text="小区停水三天了，物业说水泵坏了没人修，什么时候来水")
    triage = triager.triage(clue)
    assert triage.where_to is not None
    assert triage.where_to.name.replace(" ", "") in _shown(triager, clue)


def test_nothing_is_cut_off_on_a_narrow_terminal(triager: Triager) -> None:
    assert "…" not in _shown(triager, CLUE)


def test_markup_in_a_text_is_shown_as_it_is(triager: Triager) -> None:
    clue = Clue(text="城关区[bold]雁东路小学[/bold]门口[/red]线缆乱拉")
    console = _console()
    explain_triage(clue.text, triager.triage(clue), console)
    for tag in ("[bold]", "[/bold]", "[/red]"):
        assert tag in _without_marks(_printed(console))


def test_an_escape_sequence_in_a_text_never_reaches_the_terminal(triager: Triager) -> None:
    clue = Clue(text="城关区雁东路小学门口\x1b[2J\x1b]0;title\x07线缆乱拉\u202e乱挂")
    console = _console()
    explain_triage(clue.text, triager.triage(clue), console)
    assert not {"\x1b", "\x07", "\u202e"} & set(_printed(console))


def test_without_colour_the_marks_are_words(triager: Triager) -> None:
    console = _console()
    triage = triager.triage(CLUE)
    explain_triage(CLUE.text, triage, console)
    printed = _printed(console)
    assert "\x1b" not in printed
    assert re.search("小学〔[^〕]*地点", printed.replace("\n", ""))
    for evidence in triage.evidence:
        assert f"{evidence.weight:.2f}" in printed


def test_with_colour_evidence_is_coloured_and_places_are_underlined(triager: Triager) -> None:
    console = _console(colour=True)
    explain_triage(CLUE.text, triager.triage(CLUE), console)
    assert "\x1b[1;36m" in _printed(console)
    assert "\x1b[4" in _printed(console)


def test_removing_the_marks_gives_the_text_back(triager: Triager) -> None:
    console = Console(file=io.StringIO(), width=10_000)
    triage = triager.triage(CLUE)
    explain_triage(CLUE.text, triage, console)
    assert _without_marks(_printed(console)).startswith(CLUE.text)
