"""A training run: reproducible to the byte, measured out of fold, resumed where it broke off."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.bundle import read_bundle
from model.taxonomy import load_taxonomy
from training.checkpoints import Checkpoints, checkpoints_of
from training.config import TrainingConfig
from training.dataset import build_dataset
from training.labelled import LabelledClue, data_files, read_labelled
from training.learned import learned_from
from training.run import TrainingOutcome, train


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
def test_the_same_data_and_seed_give_the_same_bundle_byte_for_byte(
    small: TrainingConfig, tmp_path: Path
) -> None:
    once, again = (
        train(small.model_copy(update={"output": tmp_path / name}), lambda _: None)
        for name in ("once", "again")
    )
    assert again.version == once.version
    assert _bytes(again.bundle) == _bytes(once.bundle)
    assert again.figures == once.figures
    assert again.findings.estimates == once.findings.estimates


@pytest.mark.slow
def test_a_model_is_the_same_whether_its_learning_curve_is_drawn_or_not(
    small: TrainingConfig, small_outcome: TrainingOutcome, tmp_path: Path
) -> None:
    drawn = train(
        small.model_copy(update={"output": tmp_path / "drawn", "learning_curve": True}),
        lambda _: None,
    )
    assert "learning_curve.svg" in drawn.figures
    assert drawn.version == small_outcome.version


def test_reports_every_head_and_class(outcome: TrainingOutcome) -> None:
    found = outcome.metrics["out_of_fold"]
    assert set(found["module"]["classes"]) == set(outcome.fingerprint["modules"])
    assert set(found["urgency"]["classes"]) == set(outcome.fingerprint["urgencies"])
    for head in ("module", "urgency", "function"):
        assert 0 <= found[head]["ece"] <= 1
        assert found[head]["conformal_coverage"] >= 0.85


def test_the_alarm_finds_the_emergencies_out_of_fold(outcome: TrainingOutcome) -> None:
    assert outcome.metrics["out_of_fold"]["critical_alarm"]["recall"] >= 0.93


def test_beats_guessing_by_far(outcome: TrainingOutcome) -> None:
    found = outcome.metrics["out_of_fold"]
    largest = max(outcome.fingerprint["modules"].values()) / outcome.fingerprint["clues"]
    assert found["module"]["accuracy"] > largest + 0.3


def test_draws_every_figure(outcome: TrainingOutcome) -> None:
    heads = ("module", "urgency", "function")
    expected = {
        f"{kind}_{head}.svg"
        for kind in ("confusion", "reliability", "risk_coverage")
        for head in heads
    }
    assert set(outcome.figures) == expected | {"learning_curve.svg"}
    assert all(content.startswith(b"<svg") for content in outcome.figures.values())


def test_held_out_clues_share_no_author_with_those_learned_from(
    training_config: TrainingConfig, datasets: Path
) -> None:
    from model.signals import load_signals
    from model.taxonomy import load_taxonomy

    taxonomy = load_taxonomy(training_config.taxonomy)
    clues = read_labelled(sorted((datasets / "clues").glob("*.jsonl")), taxonomy)
    dataset = build_dataset(clues, taxonomy, load_signals(training_config.signals), training_config)
    authors = np.array([item.author_group for item in clues])
    for number in range(training_config.folds):
        seen, held_out = dataset.fold(number)
        assert not set(authors[seen]) & set(authors[held_out])


def test_the_same_figures_are_drawn_byte_for_byte(outcome: TrainingOutcome) -> None:
    drawn = outcome.figures["confusion_module.svg"].decode()
    assert "模块：混淆矩阵" in drawn and "未成年人保护" in drawn
    assert "http://www.w3.org/TR" not in drawn


def test_every_figure_has_an_interval_around_it(outcome: TrainingOutcome) -> None:
    for part in ("out_of_fold", "test"):
        found = outcome.findings.estimates[part]
        for name in ("module/macro_f1", "urgency/classes/critical/recall", "function/ece"):
            assert found[name].low <= found[name].value <= found[name].high
    scores = outcome.metrics["out_of_fold"]["module"]
    assert outcome.findings.estimates["out_of_fold"]["module/macro_f1"].value == pytest.approx(
        scores["macro_f1"]
    )


def test_routing_is_judged_against_the_rules_on_the_true_labels(outcome: TrainingOutcome) -> None:
    found = outcome.findings.estimates["test"]
    accuracy = found["function/accuracy"].value
    assert found["routing/procuratorate"].value > 0.95
    assert found["routing/unit"].value <= accuracy


def test_the_worst_errors_are_wrong_and_surest_first(outcome: TrainingOutcome) -> None:
    for rows in outcome.findings.worst.values():
        assert all(row.truth != row.chosen for row in rows)
        assert [row.confidence for row in rows] == sorted(
            (row.confidence for row in rows), reverse=True
        )


def test_the_bundle_says_what_it_has_learned_from(bundle: Path, datasets: Path) -> None:
    clues = read_labelled(
        data_files((datasets / "clues",)), load_taxonomy(datasets / "taxonomy.yaml")
    )
    known = learned_from(read_bundle(bundle), [item.clue for item in clues])
    assert known is not None
    assert known.tolist() == [item.split == "train" for item in clues]


@pytest.mark.slow
def test_a_run_broken_off_takes_up_its_finished_folds(
    small: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def break_off(told: str) -> None:
        if told.startswith("交叉验证 第 3/3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(small, break_off)
    kept = sorted(path.name for path in tmp_path.glob("var/checkpoints/*/*.npy"))
    assert kept == ["fold-1.npy", "fold-2.npy"]
    resumed = train(small, lambda _: None)
    assert not list(tmp_path.glob("var/checkpoints/*"))
    fresh = train(small.model_copy(update={"output": tmp_path / "fresh"}), lambda _: None)
    assert resumed.version == fresh.version


@pytest.mark.slow
def test_a_run_broken_off_before_authors_were_corrected_ends_as_if_it_were_the_first(
    small: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who wrote a clue decides the folds: what is kept of the old ones fits no longer."""
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "线索.jsonl"
    data.write_bytes(small.data[0].read_bytes())
    config = small.model_copy(update={"data": (data,)})

    def break_off(told: str) -> None:
        if told.startswith("交叉验证 第 3/3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, break_off)
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    for row in rows[:60]:
        row["author_group"] = "一人写的六十件"
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    data.write_text("".join(lines), encoding="utf-8")
    resumed = train(config, lambda _: None)
    fresh = train(config.model_copy(update={"output": tmp_path / "fresh"}), lambda _: None)
    assert resumed.version == fresh.version


@pytest.fixture(scope="session")
def clues(small: TrainingConfig) -> list[LabelledClue]:
    return read_labelled([*small.data], load_taxonomy(small.taxonomy))


def test_the_same_run_finds_its_checkpoints(
    small: TrainingConfig, clues: list[LabelledClue]
) -> None:
    looked_at_otherwise = {"learning_curve": True, "resamples": 300, "output": Path("别处")}
    again = small.model_copy(update=looked_at_otherwise)
    assert checkpoints_of(again, [*clues]) == checkpoints_of(small, clues)


def test_other_settings_find_no_checkpoints_of_a_run(
    small: TrainingConfig, clues: list[LabelledClue]
) -> None:
    other = small.model_copy(update={"regularisation": 0.7})
    assert checkpoints_of(other, clues) != checkpoints_of(small, clues)


@pytest.mark.parametrize("corrected", [{"urgency": "urgent"}, {"author_group": "另一人"}])
def test_a_corrected_clue_finds_no_checkpoints_of_a_run(
    corrected: dict[str, str], small: TrainingConfig, clues: list[LabelledClue]
) -> None:
    changed = [replace(clues[0], **corrected), *clues[1:]]  # type: ignore[arg-type]
    assert changed != clues
    assert checkpoints_of(small, changed) != checkpoints_of(small, clues)


@pytest.mark.parametrize("name", ["taxonomy", "signals"])
def test_another_content_of_a_file_finds_no_checkpoints_of_a_run(
    name: str, small: TrainingConfig, clues: list[LabelledClue], tmp_path: Path
) -> None:
    edited = tmp_path / f"{name}.yaml"
    edited.write_bytes(getattr(small, name).read_bytes())
    config = small.model_copy(update={name: edited})
    assert checkpoints_of(config, clues) == checkpoints_of(small, clues)
    edited.write_bytes(edited.read_bytes() + "# 改过\n".encode())
    assert checkpoints_of(config, clues) != checkpoints_of(small, clues)


def test_a_checkpoint_cut_off_is_computed_again(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.remember("fold-1", 3, lambda: np.ones(3, dtype=np.float32))
    (tmp_path / "fold-1.npy").write_bytes(b"\x93NUMPY")
    assert checkpoints.remember("fold-1", 3, lambda: np.zeros(3, dtype=np.float32)).sum() == 0
    assert checkpoints.remember("fold-1", 3, lambda: np.ones(3, dtype=np.float32)).sum() == 0


def test_a_checkpoint_of_other_rows_is_computed_again(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    checkpoints.remember("fold-1", 3, lambda: np.ones((3, 2), dtype=np.float32))
    found = checkpoints.remember("fold-1", 4, lambda: np.zeros((4, 2), dtype=np.float32))
    assert found.shape == (4, 2)
    assert checkpoints.remember("fold-1", 4, lambda: np.ones((4, 2), dtype=np.float32)).sum() == 0
