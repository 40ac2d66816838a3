"""What to label next: emergencies, the doubtful and the rare, nothing twice, some by chance."""

import json
from pathlib import Path

import numpy as np
import pytest
from label_files import json_lines
from openpyxl import load_workbook
from typer.testing import CliRunner

from fenzhen import app
from model.clue import Clue
from model.taxonomy import Taxonomy
from training.axes import Axes
from training.labelled import read_labelled
from training.readings import Reading
from training.suggest.choose import CONTROL, choose
from training.suggest.needs import Needs, emergency_in_doubt, margin, newness, rarity, scarcity
from training.suggest.suggest import ID_TAKEN, NothingToLabel, Suggestion, suggest
from training.suggest.words import Why, reasons
from training.unlabelled import read_unlabelled
from training.vectors import character_vectors

MATTERS = ("暖气", "路灯", "欠薪", "排污", "霸凌", "执行", "拆迁", "公交", "阅卷", "噪音")


def _texts(count: int) -> list[str]:
    random = np.random.default_rng(0)
    signs = [chr(c) for c in range(0x4E00, 0x4E00 + 800)]
    return [MATTERS[i % 10] + "".join(random.choice(signs, 40)) for i in range(count)]


def _needs(size: int, **given: np.ndarray) -> Needs:
    nothing = {name: np.zeros(size) for name in ("scarcity", "rarity", "emergency", "quarrel")}
    return Needs(margins={"module": given.pop("margin", np.ones(size))}, **nothing | given)


def test_the_least_sure_come_before_the_sure() -> None:
    size = 60
    margins = np.linspace(1, 0, size)
    picks = choose(
        _needs(size, margin=margins), character_vectors(_texts(size)), np.zeros(size), 10,
        np.random.default_rng(1),
    )  # fmt: skip
    worth = [pick.row for pick in picks if pick.kind == "worth"]
    assert len(worth) == 9 and min(worth) >= size - 12


def test_emergencies_in_doubt_come_first_and_leave_room_for_the_rest() -> None:
    size = 80
    emergency = np.where(np.arange(size) < 40, 0.9, 0.0)
    margins = np.where(np.arange(size) < 40, 1.0, 0.0)  # nothing else speaks for them
    needs = _needs(size, emergency=emergency, margin=margins)
    random = np.random.default_rng(1)
    picks = choose(needs, character_vectors(_texts(size)), np.zeros(size), 40, random)
    assert [pick.kind for pick in picks[:4]] == ["emergency"] * 4
    assert sum(pick.kind == "worth" for pick in picks) == 32


def test_labels_short_of_examples_are_asked_for() -> None:
    probabilities = {"module": np.array([[0.9, 0.1], [0.1, 0.9]])}
    found = scarcity(probabilities, {"module": np.array([500, 20])})
    assert found[1] > found[0]


def test_one_in_ten_is_drawn_by_chance_alone() -> None:
    size = 100
    drawn = []
    for seed in range(60):
        picks = choose(
            _needs(size, margin=np.linspace(1, 0, size)), character_vectors(_texts(size)),
            np.zeros(size), 20, np.random.default_rng(seed),
        )  # fmt: skip
        control = [pick.row for pick in picks if pick.kind == "control"]
        assert len(control) == round(CONTROL * 20)
        drawn += control
    assert 35 < np.mean(drawn) < 65  # the needs would have drawn from the upper end only


def test_the_control_is_a_tenth_of_what_is_listed_not_of_what_was_asked_for() -> None:
    picks = choose(
        _needs(40), character_vectors(_texts(40)), np.zeros(40), 500, np.random.default_rng(1)
    )
    assert len(picks) == 40 and sum(pick.kind == "control" for pick in picks) == 4


def test_copies_and_what_is_as_good_as_labelled_are_not_asked_again() -> None:
    texts = _texts(20)
    texts[1] = texts[0] + "！"
    covered = np.zeros(20)
    covered[5] = 0.9
    picks = choose(
        _needs(20), character_vectors(texts), covered, 20, np.random.default_rng(1)
    )  # fmt: skip
    rows = {pick.row for pick in picks}
    assert len(rows & {0, 1}) == 1 and 5 not in rows and len(rows) == 18


def test_rarity_is_low_beside_a_labelled_clue_of_the_same_module() -> None:
    own = character_vectors(["暖气不热物业不管", "暖气不热物业不管", "孩子被打"])
    found = rarity(own[[0, 2]], own[[1]], ["a", "a"], ["a"])
    assert found[0] < 0.01 and found[1] > 0.9


def test_newness_needs_a_difference_between_the_bodies() -> None:
    texts = _texts(120)
    alike = newness(texts[:60], texts[60:], np.random.default_rng(1))
    strange = newness(
        [f"供热站锅炉{text[:9]}" for text in texts[:60]], texts[60:], np.random.default_rng(1)
    )
    assert not alike.any() and strange.any()


def test_margins_and_emergencies_are_read_off_probabilities() -> None:
    assert margin(np.array([[0.5, 0.3, 0.2]]))[0] == pytest.approx(0.2)
    found = emergency_in_doubt(np.array([0.5, 0.05, 0.05]), np.array([False, True, False]))
    assert found[0] == 1 and 0 < found[1] < 1 and found[2] == 0


@pytest.fixture(scope="module")
def suggestions(bundle: Path, datasets: Path, taxonomy: Taxonomy) -> list[Suggestion]:
    clues = read_labelled(sorted((datasets / "clues").glob("*.jsonl")), taxonomy)
    known, unknown = clues[:1500], clues[1500:2100]
    candidates = [item.clue for item in (*unknown, *known[:50])]
    return suggest(candidates, known, bundle, count=50, names=Axes(taxonomy).names)


@pytest.mark.slow
def test_every_suggestion_says_why_in_chinese(suggestions: list[Suggestion]) -> None:
    assert len(suggestions) == 50
    assert all(item.why and all(why.strip() for why in item.why) for item in suggestions)
    words = "".join("".join(item.why) for item in suggestions)
    assert "难分" in words and "随机对照" in words and "特急" in words


@pytest.mark.slow
def test_what_is_labelled_is_not_suggested(
    suggestions: list[Suggestion], datasets: Path, taxonomy: Taxonomy
) -> None:
    clues = read_labelled(sorted((datasets / "clues").glob("*.jsonl")), taxonomy)
    labelled = {item.clue.clue_id for item in clues[:1500]}
    assert not labelled & {item.clue.clue_id for item in suggestions}


@pytest.mark.slow
def test_nothing_left_to_label_is_one_sentence(
    bundle: Path, datasets: Path, taxonomy: Taxonomy
) -> None:
    clues = read_labelled([datasets / "clues" / "judicial_aid.jsonl"], taxonomy)
    with pytest.raises(NothingToLabel, match="全部已经标注过"):
        suggest([clues[0].clue], clues, bundle, names=Axes(taxonomy).names)


@pytest.mark.slow
def test_only_near_copies_left_is_one_sentence_of_its_own(
    bundle: Path, datasets: Path, taxonomy: Taxonomy
) -> None:
    clues = read_labelled([datasets / "clues" / "judicial_aid.jsonl"], taxonomy)
    copy = Clue(text=clues[0].clue.text + "谢谢！")
    with pytest.raises(NothingToLabel, match="都与已标注的几乎相同"):
        suggest([copy], clues, bundle, names=Axes(taxonomy).names)


@pytest.mark.slow
def test_another_text_under_the_id_of_a_labelled_clue_is_new_and_told(
    bundle: Path, datasets: Path, taxonomy: Taxonomy
) -> None:
    clues = read_labelled([datasets / "clues" / "judicial_aid.jsonl"], taxonomy)
    other = Clue(clue_id=clues[0].clue.clue_id, text="黄河边新开的砂场夜里往河里倒泥浆")
    (item,) = suggest([other], clues, bundle, names=Axes(taxonomy).names)
    assert item.clue == other and ID_TAKEN in item.why


@pytest.mark.parametrize(
    ("critical", "alarm", "said"),
    [
        (0.05, True, "触发了特急警报，但模型给特急的概率只有 0.05"),
        (0.50, True, "是否特急未定（模型给特急的概率 0.50）"),
        (0.97, True, "很可能是特急，请先标（模型给特急的概率 0.97）"),
    ],
)
def test_what_is_said_of_an_emergency_fits_its_probability(
    critical: float, alarm: bool, said: str, taxonomy: Taxonomy
) -> None:
    names = Axes(taxonomy).names
    sure = {head: dict.fromkeys(names[head], 0.0) for head in ("module", "function")}
    sure["module"]["public_interest"] = sure["function"]["minors"] = 1.0
    urgency = {"critical": critical, "normal": 1 - critical}
    chosen = {"module": "public_interest", "function": "minors", "urgency": "critical"}
    reading = Reading(sure | {"urgency": urgency}, chosen, (), alarm, False, "1")
    counts = {head: dict.fromkeys(names[head], 1000) for head in names}
    why = Why(emergency=0.1, rarity=0, newness=0, reading=reading, other=None)
    assert reasons("emergency", why, counts, names)[0] == said


def test_a_file_with_a_header_alone_is_said_to_hold_no_clue(
    tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    path = tmp_path / "空.csv"
    path.write_text("编号,正文\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["data", "suggest", "--unlabelled", str(path)])
    assert result.exit_code == 2 and "空.csv 里没有一行线索" in result.stderr


@pytest.mark.slow
def test_the_list_is_labelled_in_excel_and_comes_back(
    tmp_path: Path, bundle: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    letters = [{"clue_id": f"N{i}", "text": text} for i, text in enumerate(_texts(30))]
    source, listed = json_lines(tmp_path / "新.jsonl", *letters), tmp_path / "待标注.xlsx"
    arguments = ["data", "suggest", "-n", "10", "--unlabelled", str(source), "--model", str(bundle)]
    result = CliRunner().invoke(app, [*arguments, "--output", str(listed)])
    assert result.exit_code == 0, result.stderr
    book = load_workbook(listed)
    sheet = book.worksheets[0]
    heading = {cell.value: cell.column for cell in sheet[1]}
    assert sheet.cell(2, heading["module"]).value is None  # a proposal is no label
    assert sheet.cell(2, heading["理由"]).value
    for column, label in (
        ("module", "司法救助"),
        ("urgency", "一般"),
        ("function", "控告申诉检察"),
    ):
        sheet.cell(2, heading[column]).value = label
    book.save(listed)
    merged = tmp_path / "合并.jsonl"
    result = CliRunner().invoke(app, ["data", "import", str(listed), "--output", str(merged)])
    assert result.exit_code == 0, result.stderr
    (row,) = map(json.loads, merged.read_text(encoding="utf-8").splitlines())
    assert row["module"] == "judicial_aid" and "9 行还没有标注" in result.stdout


def test_unlabelled_clues_are_masked_and_each_text_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "新.csv"
    path.write_text("编号,正文\n1,暖气不热13919281234\n2,暖气不热13919281234\n", encoding="gb18030")
    (clue,) = read_unlabelled(path)
    assert clue.clue_id == "1" and "13919281234" not in clue.text
