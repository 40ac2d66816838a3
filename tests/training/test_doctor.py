"""The doctor: each fault of a file of labelled clues is found, named and judged."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fenzhen import app
from model.signals import load_signals
from model.taxonomy import Taxonomy, load_taxonomy
from training.axes import label_names
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.doctor.copies import check_copies
from training.doctor.doubts import check_doubts
from training.doctor.finding import Finding
from training.doctor.labels import check_balance, check_missing_ids
from training.doctor.private import check_personal_data
from training.doctor.profile import check_profile, profile
from training.labelled import LabelledClue, parse_labelled, read_labelled
from training.learner import score_out_of_fold

FACTORY = (
    "安宁区沙井驿那个家具厂天天半夜喷漆，味道从窗户缝里钻进来，"
    "孩子一个月流了四次鼻血，打了环保电话说已经转办"
)
AGAIN = FACTORY.replace("四次", "五次")
WAGES = "去年在榆中给人盖冷库，包工头欠我们六个人工钱四万三，人跑到新疆去了，劳动局让我们去仲裁"


def _row(number: int, text: str, **other: object) -> dict[str, object]:
    return {
        "clue_id": f"T-{number}",
        "text": text,
        "module": "public_interest",
        "urgency": "normal",
        "function": "public_interest_litigation",
        "author_group": f"组{number}",
    } | other


def _write(folder: Path, *rows: dict[str, object]) -> Path:
    path = folder / "待查.jsonl"
    path.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def taxonomy(datasets: Path) -> Taxonomy:
    return load_taxonomy(datasets / "taxonomy.yaml")


def _clues(folder: Path, taxonomy: Taxonomy, *rows: dict[str, object]) -> list[LabelledClue]:
    clues, mistakes = parse_labelled([_write(folder, *rows)], taxonomy)
    assert not mistakes
    return clues


def _copies(folder: Path, taxonomy: Taxonomy, *rows: dict[str, object]) -> dict[str, Finding]:
    clues = _clues(folder, taxonomy, *rows)
    signals = load_signals(TrainingConfig().signals)
    return {found.check: found for found in check_copies(clues, signals)}


def test_an_equal_text_under_other_labels_fails(tmp_path: Path, taxonomy: Taxonomy) -> None:
    other = _row(2, FACTORY, urgency="urgent")
    found = _copies(tmp_path, taxonomy, _row(1, FACTORY), other)["exact_copies"]
    assert (found.status, found.rows) == ("fail", ("T-1 与 T-2",))


def test_an_equal_text_under_equal_labels_is_worth_a_look(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    found = _copies(tmp_path, taxonomy, _row(1, FACTORY), _row(2, FACTORY))
    assert found["exact_copies"].status == "warn"


def test_texts_of_the_same_bigrams_are_near_and_not_equal(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    found = _copies(tmp_path, taxonomy, _row(1, "救救"), _row(2, "救救救"))
    assert found["exact_copies"].status == "good"
    assert found["near_copies"].status == "warn"


def test_a_near_copy_by_another_author_is_worth_a_look(tmp_path: Path, taxonomy: Taxonomy) -> None:
    rows = (_row(1, FACTORY), _row(2, AGAIN), _row(3, WAGES))
    found = _copies(tmp_path, taxonomy, *rows)["near_copies"]
    assert found.status == "warn"
    assert len(found.rows) == 1 and found.rows[0].startswith("T-1 与 T-2")


def test_a_petition_is_one_row_however_many_sign_it(tmp_path: Path, taxonomy: Taxonomy) -> None:
    signed = [_row(i, f"{FACTORY}。住户{name}") for i, name in enumerate("王李张刘陈杨赵黄周吴")]
    found = _copies(tmp_path, taxonomy, *signed, _row(10, WAGES))["near_copies"]
    assert found.rows == ("T-0 与 T-1 与 T-2 与 T-3 与 T-4 等 10 条",)
    assert found.summary.startswith("1 组正文近似")
    assert found.figures == {"families": [[f"T-{i}" for i in range(10)]]}


def test_of_many_equal_texts_one_of_each_labelling_is_named(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    odd = _row(7, FACTORY, urgency="urgent")
    found = _copies(tmp_path, taxonomy, *(_row(i, FACTORY) for i in range(7)), odd)["exact_copies"]
    assert found.rows == ("T-0 与 T-7 等 8 条",)


def test_a_near_copy_of_the_same_author_is_no_fault(tmp_path: Path, taxonomy: Taxonomy) -> None:
    same = _row(2, AGAIN, author_group="组1")
    found = _copies(tmp_path, taxonomy, _row(1, FACTORY), same)
    assert found["near_copies"].status == "good"


def test_a_near_copy_in_the_test_split_fails(tmp_path: Path, taxonomy: Taxonomy) -> None:
    aside = _row(2, AGAIN, split="test")
    found = _copies(tmp_path, taxonomy, _row(1, FACTORY), aside)["leaks"]
    assert found.status == "fail" and "T-1 与 T-2" in found.rows[0]


def test_a_form_filled_in_with_other_numbers_leaks_as_the_folds_see_it(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    form = "贷款合同号{}，卡号{}，{}放款{}元，银行乱收费，请检察院监督。"
    one = form.format("20210304556677", "6222021300998877", "2021年3月4日", "120000")
    other = form.format("20220911332211", "6217857600012345", "2022年9月11日", "85600")
    found = _copies(tmp_path, taxonomy, _row(1, one), _row(2, other, split="test"))["leaks"]
    assert (found.status, found.rows) == ("fail", ("T-1 与 T-2，正文近似而分在两边",))


def test_an_equal_text_under_another_title_leaks(tmp_path: Path, taxonomy: Taxonomy) -> None:
    one = _row(1, "村口的路灯不亮", title="反映七里河区黄峪镇村道照明长期无人维护的问题")
    other = _row(2, "村口的路灯不亮", title="求助", split="test")
    assert _copies(tmp_path, taxonomy, one, other)["leaks"].status == "fail"


def test_an_author_on_both_sides_fails(tmp_path: Path, taxonomy: Taxonomy) -> None:
    aside = _row(2, WAGES, split="test", author_group="组1")
    found = _copies(tmp_path, taxonomy, _row(1, FACTORY), aside)["leaks"]
    assert (found.status, found.rows) == ("fail", ("作者组 组1 分在两边",))


def test_rows_without_an_id_are_named_by_file_and_row(tmp_path: Path, taxonomy: Taxonomy) -> None:
    found = check_missing_ids(_clues(tmp_path, taxonomy, _row(1, FACTORY, clue_id=None)))
    assert (found.status, found.rows) == ("warn", ("待查.jsonl 第 1 行",))


def test_a_label_that_is_hardly_there_is_named(tmp_path: Path, taxonomy: Taxonomy) -> None:
    found = check_balance(_clues(tmp_path, taxonomy, _row(1, FACTORY)), taxonomy)
    assert found.status == "warn"
    assert "司法救助（judicial_aid）只有 0 条" in found.rows


@pytest.mark.parametrize("private", ["13919281234", "11010519491231002X", "wang@example.com"])
def test_personal_data_of_a_citizen_fails_and_is_not_repeated(
    tmp_path: Path, taxonomy: Taxonomy, private: str
) -> None:
    found = check_personal_data(_clues(tmp_path, taxonomy, _row(1, f"{WAGES}，联系{private}")))
    assert found.status == "fail"
    assert private not in found.summary + "".join(found.rows)


def test_invented_numbers_in_composed_text_are_only_counted(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    row = _row(1, f"{WAGES}，联系13919281234", source="composed")
    found = check_personal_data(_clues(tmp_path, taxonomy, row))
    assert found.status == "good"
    assert found.figures == {"real": {}, "invented": {"电话号码": 1}}


def test_the_profile_counts_how_people_type() -> None:
    found = profile([FACTORY, "求求领导！！帮帮我", "【工单】诉求人：王某\n暖气不热"])
    assert found["length"]["max"] == len(FACTORY)
    for sign in ("plea", "exclamation", "ticket_header", "masked", "several_lines"):
        assert found["signs"][sign] == pytest.approx(1 / 3)


def test_texts_much_shorter_than_the_reference_are_worth_a_look() -> None:
    found = check_profile(["暖气不热", "路灯坏了"], [FACTORY, WAGES])
    assert found.status == "warn"
    assert any(row.startswith("字数中位是参照的 0.") for row in found.rows)


def test_texts_like_the_reference_are_good() -> None:
    assert check_profile([FACTORY, WAGES], [WAGES, FACTORY]).status == "good"


@pytest.mark.slow
def test_labels_exchanged_on_purpose_are_doubted(
    training_config: TrainingConfig, datasets: Path, taxonomy: Taxonomy
) -> None:
    paths = [datasets / "clues" / f"{code}.jsonl" for code in ("judicial_aid", "case_information")]
    clues = read_labelled(paths, taxonomy)
    wrong = range(0, len(clues), 25)
    for i in wrong:
        aid = clues[i].module == "judicial_aid"
        clues[i] = replace(
            clues[i],
            module="case_information" if aid else "judicial_aid",
            function="case_management" if aid else "complaints_appeals",
            secondary_modules=(),
        )
    signals = load_signals(training_config.signals)
    dataset = build_dataset(clues, taxonomy, signals, training_config)
    scores = score_out_of_fold(dataset, training_config, lambda _: None)
    found = check_doubts(clues, dataset, scores, label_names(taxonomy))
    doubted = {row.split(" ")[0] for row in found.rows if "模块" in row}
    assert len(doubted & {clues[i].name for i in wrong}) >= 0.8 * len(wrong)


@pytest.fixture(autouse=True)
def at_home(datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(datasets.parent)


def _doctor(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_bad_rows_end_in_status_one_with_each_mistake(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        _row(1, FACTORY, module="public_intrest"),
        _row(2, WAGES, function="minors"),
        _row(3, "暖气不热"),
        _row(3, "路灯坏了"),
    )
    result = _doctor(str(path), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    checks = {entry["check"]: entry for entry in found["checks"]}
    assert found["status"] == "fail"
    assert "第 1 行 module 列" in checks["code"]["rows"][0]
    assert "第 2 行 function 列" in checks["combination"]["rows"][0]
    assert "第 4 行 clue_id 列" in checks["identifier"]["rows"][0]


def test_what_could_not_be_examined_is_not_called_good(tmp_path: Path) -> None:
    checks = json.loads(_doctor(str(_write(tmp_path, _row(1, FACTORY))), "--json").stdout)["checks"]
    (doubts,) = (entry for entry in checks if entry["check"] == "label_doubts")
    assert doubts["status"] == "warn" and doubts["summary"].startswith("未检查")


def test_a_reader_sees_a_verdict_in_chinese(tmp_path: Path) -> None:
    result = _doctor(str(_write(tmp_path, _row(1, FACTORY))))
    assert result.exit_code == 0
    assert "总评：留意" in result.stdout and "通过 标签代码" in result.stdout


def test_a_reference_needs_only_texts(tmp_path: Path) -> None:
    reference = tmp_path / "真实.csv"
    reference.write_text(f"text\n{WAGES}\n", encoding="utf-8")
    result = _doctor(str(_write(tmp_path, _row(1, FACTORY))), "--like", str(reference), "--json")
    figures = {entry["check"]: entry["figures"] for entry in json.loads(result.stdout)["checks"]}
    assert figures["profile"]["like"]["length"]["max"] == len(WAGES)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = _doctor(str(tmp_path / "没有.jsonl"))
    assert result.exit_code == 2
    assert "没有.jsonl" in result.stderr


@pytest.mark.slow
def test_what_ships_has_no_fail() -> None:
    result = _doctor("--json")
    checks = json.loads(result.stdout)["checks"]
    assert [entry["check"] for entry in checks if entry["status"] == "fail"] == []
    assert result.exit_code == 0
