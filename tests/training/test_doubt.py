"""Labels to look at again: by the other clues, by a near-copy, by a rule; mended in Excel."""

from pathlib import Path

import pytest
from label_files import BULLYING, HEATING, SEWAGE, json_lines, row
from openpyxl import load_workbook
from typer.testing import CliRunner

from fenzhen import app
from model.errors import InvalidConfiguration
from model.signals import Signals, load_signals
from model.taxonomy import Taxonomy
from training.axes import label_names
from training.doubt.near_copies import contradictions
from training.doubt.rules import LabelChecks, against_rules, load_label_checks
from training.doubt.worklist import worklist
from training.labelled import LabelledClue, read_labelled

LONG = "安宁区沙井驿那个家具厂天天半夜喷漆，味道从窗户缝里钻进来，孩子一个月流了四次鼻血"


@pytest.fixture(scope="module")
def checks(datasets: Path, taxonomy: Taxonomy) -> LabelChecks:
    return load_label_checks(datasets / "label_checks.yaml", taxonomy)


@pytest.fixture(scope="module")
def signals(datasets: Path) -> Signals:
    return load_signals(datasets / "signals.yaml")


def _clues(folder: Path, taxonomy: Taxonomy, *rows: dict[str, object]) -> list[LabelledClue]:
    return read_labelled([json_lines(folder / "a.jsonl", *rows)], taxonomy)


def test_near_copies_under_other_labels_are_doubted_on_both_sides(
    tmp_path: Path, taxonomy: Taxonomy, signals: Signals
) -> None:
    rows = [row("1", LONG), row("2", LONG.replace("四次", "五次"), urgency="normal"),
            row("3", HEATING)]  # fmt: skip
    found = contradictions(_clues(tmp_path, taxonomy, *rows), signals, label_names(taxonomy))
    assert [(doubt.row, doubt.head) for doubt in found] == [(0, "urgency"), (1, "urgency")]
    assert "与 2 字面" in found[0].why and "那一条是 一般" in found[0].why


def test_a_letter_of_a_petition_is_doubted_once_a_head(
    tmp_path: Path, taxonomy: Taxonomy, signals: Signals
) -> None:
    urgency = {0: "urgent", 1: "normal", 2: "normal"}
    rows = [row(str(n), f"{LONG}，业主{n}号，合同号{n * 7919}", urgency=urgency[n % 3])
            for n in range(1, 31)]  # fmt: skip
    found = contradictions(_clues(tmp_path, taxonomy, *rows), signals, label_names(taxonomy))
    assert sorted(doubt.row for doubt in found) == list(range(30))
    assert all(doubt.strength == pytest.approx(0.8) for doubt in found)


NOT_MINORS = row("1", HEATING, module="minor_protection", function="minors")
DANGER = row("2", "他说要跳楼，还要砍死全家，跳楼前给我打了电话", urgency="normal")
APPEAL = row("3", "我不服法院判决，想申请监督", module="out_of_scope", function="transfer")


@pytest.mark.parametrize(
    ("given", "head"), [(NOT_MINORS, "module"), (DANGER, "urgency"), (APPEAL, "module")]
)
def test_a_label_against_a_rule_is_doubted(
    tmp_path: Path, taxonomy: Taxonomy, checks: LabelChecks, signals: Signals,
    given: dict[str, object], head: str,
) -> None:  # fmt: skip
    (doubt,) = against_rules(_clues(tmp_path, taxonomy, given), checks, signals)
    assert doubt.head == head and doubt.why


def test_a_label_that_fits_is_not_doubted(
    tmp_path: Path, taxonomy: Taxonomy, checks: LabelChecks, signals: Signals
) -> None:
    fits = row("1", BULLYING, module="minor_protection", function="minors")
    assert not list(against_rules(_clues(tmp_path, taxonomy, fits, row("2")), checks, signals))


def test_several_doubts_about_a_clue_put_it_first(
    tmp_path: Path, taxonomy: Taxonomy, checks: LabelChecks, signals: Signals
) -> None:
    wrong = row("4", HEATING + "。", module="minor_protection", function="minors")
    clues = _clues(tmp_path, taxonomy, row("1", SEWAGE), APPEAL, wrong, row("5", HEATING))
    found = worklist(clues, None, None, checks, signals, label_names(taxonomy))
    assert found[0].item.name == "4" and len(found[0].doubts) >= 2
    assert [one.strength for one in found] == sorted((one.strength for one in found), reverse=True)


def test_a_rule_for_a_label_that_does_not_exist_is_refused(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    path = tmp_path / "规则.yaml"
    check = "{id: x, when: {modules: [minors_protection]}, head: module, says: 甲}"
    path.write_text(f"checks:\n  - {check}\n", encoding="utf-8")
    with pytest.raises(InvalidConfiguration) as caught:
        load_label_checks(path, taxonomy)
    assert "第 2 行" in caught.value.detail and "是否想写 minor_protection" in caught.value.detail


def test_the_worklist_is_mended_in_excel_and_wins_when_imported(
    tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    old = {"labeller": "甲", "labelled_at": "2026-11-20"}
    source = json_lines(tmp_path / "旧.jsonl", APPEAL | old, row("9", BULLYING) | old)
    listed, merged = tmp_path / "待复查.xlsx", tmp_path / "新.jsonl"
    result = CliRunner().invoke(app, ["data", "doubt", str(source), "--output", str(listed)])
    assert result.exit_code == 0, result.stderr
    book = load_workbook(listed)
    sheet = book.worksheets[0]
    heading = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.max_row == 2 and "法定职能" in str(sheet.cell(2, heading["疑点"]).value)
    sheet.cell(2, heading["module"]).value = "12309检察服务中心"
    sheet.cell(2, heading["function"]).value = "民事检察"
    sheet.cell(2, heading["labeller"]).value = "乙"
    book.save(listed)
    arguments = ["data", "import", str(source), str(listed), "--output", str(merged)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    assert "采用 乙（标注时间较晚）" in result.stdout
    changed = {item.name: item for item in read_labelled([merged], _taxonomy(datasets))}
    assert (changed["3"].module, changed["3"].function) == ("service_center", "civil")
    assert len(changed) == 2


def test_the_worklist_is_masked_and_belongs_to_the_same_rows(
    tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    text = f"我叫李建国，电话13893112345，{APPEAL['text']}"
    group = {"text": text, "author_group": "李建国13893112345"}
    source = json_lines(tmp_path / "旧.jsonl", APPEAL | group, row("9", BULLYING))
    listed, merged = tmp_path / "待复查.xlsx", tmp_path / "新.jsonl"
    CliRunner().invoke(app, ["data", "doubt", str(source), "--output", str(listed)])
    cells = str(list(load_workbook(listed).worksheets[0].values))
    assert "法定职能" in cells and "13893112345" not in cells and "李建国" not in cells
    arguments = ["data", "import", str(source), str(listed), "--output", str(merged)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert len(merged.read_text(encoding="utf-8").splitlines()) == 2


def _taxonomy(datasets: Path) -> Taxonomy:
    from model.taxonomy import load_taxonomy

    return load_taxonomy(datasets / "taxonomy.yaml")
