"""Labels go out to every tool and come back the same; a spreadsheet runs nothing of them."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from label_files import Importer, json_lines, row
from openpyxl import load_workbook
from typer.testing import CliRunner

from fenzhen import app
from model.taxonomy import Taxonomy, load_taxonomy
from training.exchange.exporting import SUFFIX_OF, Format, export, labelled_jobs
from training.exchange.importing import import_labels

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\n=+-@'\",;，：[]{}检察院"),
    min_size=1,
    max_size=40,
).filter(lambda text: text == text.strip() and any(c.isprintable() for c in text.replace(" ", "")))


def _labellings(taxonomy: Taxonomy) -> st.SearchStrategy[dict[str, object]]:
    pairs = [(m.code, f) for m in taxonomy.modules for f in m.functions]

    def labels(pair: tuple[str, str]) -> st.SearchStrategy[dict[str, object]]:
        module, function = pair
        others = [m.code for m in taxonomy.modules if m.code not in (module, "out_of_scope")]
        some = st.lists(st.sampled_from(others), unique=True, max_size=2)
        return st.fixed_dictionaries(
            {
                "module": st.just(module),
                "function": st.just(function),
                "urgency": st.sampled_from([u.code for u in taxonomy.urgencies]),
                "secondary_modules": st.just([]) if module == "out_of_scope" else some,
            },
            optional={
                "labeller": st.sampled_from(["甲", "乙", "wang@jcy"]),
                "labelled_at": st.sampled_from(["2026-11-01", "2026-11-02T08:00:00+00:00"]),
                "note": _TEXT,
                "source": st.sampled_from(["service", "composed"]),
            },
        )

    return st.sampled_from(pairs).flatmap(labels)


_CLUES = st.fixed_dictionaries(
    {"clue_id": st.from_regex(r"\A[A-Z0-9][A-Z0-9-]{0,9}\Z"), "text": _TEXT},
    optional={
        "title": _TEXT,
        "location": _TEXT,
        "submitted_at": st.just("2026-10-31T08:15:00"),
        "split": st.just("test"),
        "author_group": st.just("甲组"),
    },
)


Labelled = list[tuple[dict[str, object], list[dict[str, object]]]]
"""Clues, each with what one or two people made of it."""

_LABELLED: st.SearchStrategy[Labelled] = st.lists(
    st.tuples(
        _CLUES,
        st.lists(
            _labellings(load_taxonomy(Path("datasets/taxonomy.yaml"))), min_size=1, max_size=2
        ),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda labelled: labelled[0]["clue_id"],
)


@pytest.fixture(scope="module", autouse=True)
def everything_imported(taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is imported on first use is imported now: hypothesis draws constants from the modules
    it finds loaded, and calls a test flaky whose examples load more."""
    folder = tmp_path_factory.mktemp("first")
    clues = import_labels([json_lines(folder / "源.jsonl", row("c1"))], taxonomy).merge.clues
    for chosen, suffix in SUFFIX_OF.items():
        export(labelled_jobs(clues), folder / f"all{suffix}", chosen, taxonomy)
        import_labels([folder / f"all{suffix}"], taxonomy)


@pytest.mark.parametrize("chosen", list(SUFFIX_OF))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(labelled=_LABELLED)
def test_what_goes_out_comes_back(
    tmp_path: Path, taxonomy: Taxonomy, chosen: Format, labelled: Labelled
) -> None:
    rows = [clue | labels for clue, labellings in labelled for labels in labellings]
    before = import_labels([json_lines(tmp_path / "源.jsonl", *rows)], taxonomy)
    path = tmp_path / f"all{SUFFIX_OF[chosen]}"
    export(labelled_jobs(before.merge.clues), path, chosen, taxonomy)
    after = import_labels([path], taxonomy)
    assert after.mistakes == []
    assert [_seen(m) for m in after.merge.clues] == [_seen(m) for m in before.merge.clues]


def _seen(merged: object) -> object:
    """Everything but where it was read."""
    settled = merged.settled  # type: ignore[attr-defined]
    sides = merged.labellings  # type: ignore[attr-defined]
    return (
        settled.clue, settled.author_group, settled.split,
        [(s.labels, s.labeller, s.labelled_at, s.source, s.note) for s in sides],
    )  # fmt: skip


@pytest.fixture(autouse=True)
def at_home(datasets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(datasets.parent)


def _export(tmp_path: Path, chosen: Format, *rows: dict[str, object]) -> Path:
    output = tmp_path / f"导出{SUFFIX_OF[chosen]}"
    source = json_lines(tmp_path / "源.jsonl", *rows)
    arguments = ["data", "export", str(source), "--format", chosen, "--output", str(output)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    return output


def test_labels_are_chosen_from_lists_under_a_fixed_heading(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    book = load_workbook(_export(tmp_path, "excel", row()))
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == "B2"
    heading = [cell.value for cell in sheet[1]]
    for validation, entries in zip(
        sheet.data_validations.dataValidation,
        (taxonomy.modules, taxonomy.urgencies, taxonomy.functions),
        strict=True,
    ):
        name, _, cells = validation.formula1.partition("!")
        offered = [cell.value for (cell,) in book[name][cells.replace("$", "")]]
        assert offered == [entry.name for entry in entries]
        assert validation.showErrorMessage
    assert sheet.cell(2, heading.index("module") + 1).value == "公益诉讼线索"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "\t=1+1"])
def test_no_spreadsheet_runs_a_clue(tmp_path: Path, text: str) -> None:
    book = load_workbook(_export(tmp_path, "excel", row(text=text)))
    kinds = {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line}
    assert "f" not in kinds
    lines = _export(tmp_path, "csv", row(text=text)).read_text(encoding="utf-8-sig")
    assert "'" + text.strip("\t")[0] in lines or "'\t" in lines


def test_csv_opens_in_excel(tmp_path: Path) -> None:
    assert _export(tmp_path, "csv", row()).read_bytes().startswith(b"\xef\xbb\xbf")


def test_label_studio_gets_an_interface_made_from_the_taxonomy(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    output = _export(tmp_path, "label-studio", row())
    view = ET.fromstring(output.with_suffix(".config.xml").read_text(encoding="utf-8"))  # noqa: S314
    choices = {
        group.get("name"): [choice.get("alias") for choice in group]
        for group in view.iter("Choices")
    }
    assert choices["urgency"] == [entry.code for entry in taxonomy.urgencies]
    assert (
        "out_of_scope" in choices["module"] and "out_of_scope" not in choices["secondary_modules"]
    )
    (task,) = json.loads(output.read_text(encoding="utf-8"))
    shown = {tag.get("value", "$").removeprefix("$") for tag in view.iter("Text")}
    assert shown <= task["data"].keys()


def test_doccano_gets_its_label_types(tmp_path: Path) -> None:
    output = _export(tmp_path, "doccano", row())
    types = json.loads(output.with_suffix(".labels.json").read_text(encoding="utf-8"))
    (line,) = output.read_text(encoding="utf-8").splitlines()
    assert set(json.loads(line)["label"]) <= {entry["text"] for entry in types}


def test_doccano_gets_every_column_in_every_row(tmp_path: Path) -> None:
    output = _export(tmp_path, "doccano", row("1", title="砖厂"), row("2", location="榆中县"))
    first, second = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    assert first.keys() == second.keys()


def test_labels_changed_in_doccano_are_not_those_of_whoever_labelled_before(
    tmp_path: Path, read: Importer
) -> None:
    sides = [row("1", labeller=who, labelled_at="2026-03-02") for who in ("王芳", "李梅")]
    output = _export(tmp_path, "doccano", *sides)
    (line,) = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    line["label"] = [
        *filter(lambda label: "urgency" not in label, line["label"]),
        "urgency:critical",
    ]
    (merged,) = read(json_lines(tmp_path / "赵强.jsonl", line)).merge.clues
    (side,) = merged.labellings
    assert (side.urgency, side.labeller) == ("critical", "赵强")


def test_one_bad_row_and_nothing_is_written(tmp_path: Path, read: Importer) -> None:
    source = json_lines(tmp_path / "源.jsonl", row(), row("2", module="坏"))
    output = tmp_path / "导出.xlsx"
    result = CliRunner().invoke(app, ["data", "export", str(source), "--output", str(output)])
    assert result.exit_code == 2 and not output.exists()
