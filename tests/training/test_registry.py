"""Which model serves: promotion through the gate, rollback in one step, everything written down."""

import json
import shutil
import sqlite3
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fenzhen import app
from model.bundle import json_bytes, read_bundle, write_bundle
from model.errors import FenzhenError
from training.judging.gate import GATE, load_gate
from training.judging.ruling import Ruling, now
from training.judging.verdict import Reason
from training.registry.catalogue import Catalogue, RegistryFault, Version
from training.registry.events import (
    LOG,
    Action,
    append,
    last_rollback,
    new_event,
    read_events,
    served,
    switches,
)
from training.registry.references import Models
from training.registry.switch import promote, register, roll_back
from training.tracking.store import TrackingUnavailable, experiment_id, open_store

FAILED = Reason("macro_f1/module", False, "模块宏 F1 0.800 → 0.700，确实变差")
KEPT = Reason("golden", True, "27 条必对线索全部判对")


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose tables are made once, to copy."""
    home = tmp_path_factory.mktemp("registry")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        open_store().search_experiments()
    return home / "var" / "mlflow" / "mlflow.db"


@pytest.fixture
def catalogue(
    empty_store: Path, datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Catalogue:
    monkeypatch.chdir(tmp_path)
    GATE.parent.mkdir()
    shutil.copy(datasets / GATE.name, GATE)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    (tmp_path / "var" / "mlflow").mkdir(parents=True)
    shutil.copy(empty_store, tmp_path / "var" / "mlflow" / "mlflow.db")
    return Catalogue.open()


def _bundle(tmp_path: Path, name: str) -> Path:
    """As much of a bundle as the registry looks at; each name another version."""
    card = {"name": name, "encoder": "linear", "data": {"sha256": "0" * 64}}
    write_bundle(tmp_path / name, {"card.json": json_bytes(card)})
    return tmp_path / name


def _registered(catalogue: Catalogue, tmp_path: Path, name: str) -> Version:
    return register(catalogue, read_bundle(_bundle(tmp_path, name)))[0]


def _judge(
    catalogue: Catalogue, version: Version, champion: Version | None, *, passed: bool = True
) -> Version:
    reasons = (KEPT,) if passed else (KEPT, FAILED)
    before = champion.bundle_version if champion else None
    catalogue.keep_ruling(
        version,
        Ruling(
            "frozen", version.bundle_version, before, passed, reasons, 487, "a" * 64,
            "2026-11-29", load_gate().sha256, now(),
        ),
    )  # fmt: skip
    found = catalogue.by_number(version.number)
    assert found is not None
    return found


def _serving(catalogue: Catalogue) -> tuple[str | None, str | None]:
    champion, previous = catalogue.by_alias("champion"), catalogue.by_alias("previous")
    return (champion.number if champion else None, previous.number if previous else None)


@pytest.fixture
def first(catalogue: Catalogue, tmp_path: Path) -> Version:
    """Version 1, serving."""
    version = _judge(catalogue, _registered(catalogue, tmp_path, "一"), None)
    promote(catalogue, version)
    return version


def test_the_same_bundle_is_registered_once_and_becomes_the_challenger(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    folder = _bundle(tmp_path, "一")
    version, new = register(catalogue, read_bundle(folder))
    again, newer = register(catalogue, read_bundle(folder))
    assert (new, newer) == (True, False)
    assert version.number == again.number == "1"
    challenger = catalogue.by_alias("challenger")
    assert challenger is not None and challenger.bundle_version == read_bundle(folder).version
    assert [event.action for event in read_events(catalogue)] == ["register"]


def test_a_bundle_comes_back_from_the_registry_byte_for_byte(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    version = _registered(catalogue, tmp_path, "一")
    folder = catalogue.fetch(version)
    assert read_bundle(folder).files == read_bundle(tmp_path / "一").files
    (folder / "card.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FenzhenError, match="与清单不符"):
        catalogue.fetch(version)


def _log_as_of(catalogue: Catalogue, tmp_path: Path, said: str, held: str) -> None:
    """A finished run that says it made one bundle and holds another."""
    client = open_store()
    run = client.create_run(
        experiment_id(client), tags={"bundle_version": read_bundle(tmp_path / said).version}
    )
    client.log_artifacts(run.info.run_id, str(tmp_path / held), "bundle")
    client.set_terminated(run.info.run_id)


def test_a_run_that_holds_another_bundle_than_it_says_is_not_registered(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    right, _ = _bundle(tmp_path, "一"), _bundle(tmp_path, "二")
    _log_as_of(catalogue, tmp_path, said="一", held="二")
    version, _ = register(catalogue, read_bundle(right))
    assert read_bundle(catalogue.fetch(version)).files == read_bundle(right).files


def test_a_version_whose_files_are_lost_is_registered_anew(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    lost = _registered(catalogue, tmp_path, "一")
    shutil.rmtree(Path(lost.source.removeprefix("file://")))
    with pytest.raises(RegistryFault, match=r"第 1 版.*请把它重新登记：fenzhen model register"):
        catalogue.fetch(lost)
    version, new = register(catalogue, read_bundle(tmp_path / "一"))
    assert (new, version.number) == (True, "2")
    assert read_bundle(catalogue.fetch(version)).files == read_bundle(tmp_path / "一").files


def test_what_is_registered_is_what_was_read_though_the_folder_has_changed_since(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    read = read_bundle(_bundle(tmp_path, "一"))
    write_bundle(tmp_path / "一", {"card.json": b"{}"})
    version, _ = register(catalogue, read)
    assert read_bundle(catalogue.fetch(version)).files == read.files


def test_without_a_ruling_nothing_is_promoted(catalogue: Catalogue, tmp_path: Path) -> None:
    version = _registered(catalogue, tmp_path, "一")
    with pytest.raises(RegistryFault, match="还没有评判，请先运行 fenzhen compare"):
        promote(catalogue, version)
    assert _serving(catalogue) == (None, None)


def test_a_passed_gate_promotes_and_keeps_the_one_before_at_hand(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    event = promote(catalogue, second)
    assert _serving(catalogue) == ("2", "1")
    assert catalogue.by_alias("challenger") is None
    assert (event.forced, event.champion_before) == (False, "1")
    assert event.ruling_at is not None


def test_a_failed_gate_refuses_with_its_reasons(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first, passed=False)
    with pytest.raises(RegistryFault, match=r"模块宏 F1 0.*确实变差"):
        promote(catalogue, second)
    assert _serving(catalogue) == ("1", None)


def test_a_ruling_by_another_gate_than_the_one_in_force_promotes_nobody(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    in_force = GATE.read_text(encoding="utf-8")
    GATE.write_text(in_force + "# 放宽\n", encoding="utf-8")
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    GATE.write_text(in_force, encoding="utf-8")
    with pytest.raises(RegistryFault, match="评判用的门槛不是现行的"):
        promote(catalogue, second)


def test_where_the_gate_in_force_cannot_be_read_its_fault_is_told(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    GATE.unlink()
    with pytest.raises(RegistryFault, match=r"现行的门槛 .*gate\.yaml 读不了：找不到该文件"):
        promote(catalogue, second)


def test_a_promotion_names_the_gate_and_the_frozen_set_it_went_by(
    catalogue: Catalogue, first: Version
) -> None:
    event = json.loads(LOG.read_text(encoding="utf-8").splitlines()[-1])
    assert (event["gate_sha256"], event["clues_sha256"]) == (load_gate().sha256, "a" * 64)


def test_a_telephone_in_a_reason_is_masked_in_the_audit(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first, passed=False)
    promote(catalogue, second, force=True, reason="王主任同意，电话13919281234")
    roll_back(catalogue, "来电13919281234反映误判")
    assert "13919281234" not in LOG.read_text(encoding="utf-8")


def test_history_never_cuts_a_reason(catalogue: Catalogue, first: Version, tmp_path: Path) -> None:
    reason = "周一以来公益诉讼线索大量误判为不属检察职能经检委会研究决定先行回退待补充标注后再训练"
    promote(catalogue, _judge(catalogue, _registered(catalogue, tmp_path, "二"), first))
    roll_back(catalogue, reason)
    told = CliRunner().invoke(app, ["model", "history"]).stdout
    cells = [line.split("│")[-2].strip() for line in told.splitlines() if line.startswith("│")]
    assert reason in "".join(cells)


def test_force_needs_a_reason_and_both_are_written_down(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first, passed=False)
    with pytest.raises(RegistryFault, match="须用 --reason 写明理由"):
        promote(catalogue, second, force=True)
    promote(catalogue, second, force=True, reason="检委会决定先行试用")
    event = read_events(catalogue)[-1]
    assert (event.action, event.forced, event.reason) == ("promote", True, "检委会决定先行试用")
    assert "@" in event.actor


def test_a_ruling_against_another_champion_is_stale(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    third = _judge(catalogue, _registered(catalogue, tmp_path, "三"), first)
    promote(catalogue, second)
    with pytest.raises(RegistryFault, match="比的不是如今的现役模型"):
        promote(catalogue, third)


def test_rollback_brings_the_previous_model_back_step_by_step(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    promote(catalogue, second)
    third = _judge(catalogue, _registered(catalogue, tmp_path, "三"), second)
    promote(catalogue, third)
    _, back = roll_back(catalogue, "周一误判增多")
    assert back.number == "2" and _serving(catalogue) == ("2", "1")
    roll_back(catalogue)
    assert _serving(catalogue) == ("1", None)
    with pytest.raises(RegistryFault, match="没有上一个模型可以回退"):
        roll_back(catalogue)
    assert served(switches(read_events(catalogue), "1")) == ["1"]


def test_what_was_rolled_back_needs_a_new_ruling_to_return(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    promote(catalogue, second)
    roll_back(catalogue)
    with pytest.raises(RegistryFault, match="评判之后它曾被撤下"):
        promote(catalogue, second)
    promote(catalogue, _judge(catalogue, second, first))
    assert _serving(catalogue) == ("2", "1")


def test_every_act_is_on_this_machine_and_in_the_registry_alike(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    promote(catalogue, second)
    roll_back(catalogue, "试")
    local = [json.loads(line) for line in LOG.read_text(encoding="utf-8").splitlines()]
    assert local == [asdict(event) for event in read_events(catalogue)]
    assert [event["action"] for event in local] == [
        "register", "promote", "register", "promote", "rollback",
    ]  # fmt: skip


def test_an_act_that_breaks_off_is_written_down_as_failed_and_changes_no_history(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    with sqlite3.connect(tmp_path / "var" / "mlflow" / "mlflow.db") as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON registered_model_aliases "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    with pytest.raises(TrackingUnavailable, match="磁盘已满"):
        promote(catalogue, second)
    events = read_events(catalogue)
    assert [event.action for event in events][-2:] == ["promote", "failed"]
    assert served(switches(events, "1")) == ["1"]
    assert _serving(catalogue) == ("1", None)


def _cut_off(catalogue: Catalogue, action: Action, version: Version, champion: Version) -> None:
    """What an act leaves when the power fails before any alias is moved."""
    append(
        catalogue,
        new_event(action, version.number, version.bundle_version, champion_before=champion.number),
    )


def test_a_promotion_cut_off_and_repeated_is_taken_back_in_one_step(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    _cut_off(catalogue, "promote", second, first)
    promote(catalogue, second)
    roll_back(catalogue, "周一误判增多")
    assert _serving(catalogue) == ("1", None)
    with pytest.raises(RegistryFault, match="没有上一个模型可以回退"):
        roll_back(catalogue)


def test_a_rollback_counts_on_no_promotion_that_was_cut_off(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    promote(catalogue, second)
    _cut_off(catalogue, "promote", _registered(catalogue, tmp_path, "三"), second)
    roll_back(catalogue)
    assert _serving(catalogue) == ("1", None)


def test_a_rollback_that_was_cut_off_took_nobody_out_of_service(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    promote(catalogue, second)
    _cut_off(catalogue, "rollback", first, second)
    done = switches(read_events(catalogue), "2")
    assert served(done) == ["1", "2"]
    assert last_rollback(done, "2") is None


def test_a_switch_cut_off_between_the_aliases_does_not_hide_what_served_before(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    promote(catalogue, second)
    _cut_off(catalogue, "promote", _registered(catalogue, tmp_path, "三"), second)
    catalogue.point("previous", second)
    roll_back(catalogue)
    assert _serving(catalogue) == ("1", None)


def test_the_first_switch_cut_off_between_the_aliases_leaves_nothing_to_go_back_to(
    catalogue: Catalogue, first: Version, tmp_path: Path
) -> None:
    second = _judge(catalogue, _registered(catalogue, tmp_path, "二"), first)
    _cut_off(catalogue, "promote", second, first)
    catalogue.point("previous", first)
    with pytest.raises(RegistryFault, match="没有上一个模型可以回退"):
        roll_back(catalogue)
    assert read_events(catalogue)[-1].action == "promote"
    promote(catalogue, second)
    assert _serving(catalogue) == ("2", "1")


def test_models_are_found_by_alias_by_number_and_by_uri(
    catalogue: Catalogue, first: Version
) -> None:
    models = Models(catalogue)
    for name in ("champion", "1", "models:/fenzhen@champion", "models:/fenzhen/1"):
        assert models.version(name).number == "1"
    with pytest.raises(RegistryFault, match="登记处没有“7”"):
        models.version("7")


def test_an_analyst_goes_back_without_saying_where_the_service_finds_its_model(
    catalogue: Catalogue, first: Version, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FENZHEN_MODEL", raising=False)
    promote(catalogue, _judge(catalogue, _registered(catalogue, tmp_path, "二"), first))
    result = CliRunner().invoke(app, ["model", "rollback", "--reason", "周一误判增多"])
    assert result.exit_code == 0 and "已退回第 1 版" in result.stdout
    assert read_events(catalogue)[-1].reason == "周一误判增多"


@pytest.mark.slow
def test_the_commands_tell_each_step_and_refuse_without_a_traceback(
    catalogue: Catalogue, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FENZHEN_MODEL", "models:/fenzhen@champion")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["model", *arguments])

    registered = run("register", str(bundle))
    assert registered.exit_code == 0 and "已登记为第 1 版" in registered.stdout
    assert "早已登记为第 1 版" in run("register", str(bundle)).stdout
    refused = run("promote")
    assert refused.exit_code == 2
    assert "第 1 版" in refused.stderr and "请先运行 fenzhen compare" in refused.stderr
    assert run("promote", "--force", "--reason", "首个模型").exit_code == 0
    told = run("history").stdout
    assert "晋级（强制）" in told and "首个模型" in told and "champion" in told
    assert [event["action"] for event in json.loads(run("history", "--json").stdout)] == [
        "register", "promote",
    ]  # fmt: skip
    lost = run("rollback")
    assert lost.exit_code == 2 and "没有上一个模型可以回退" in lost.stderr
    assert catalogue.by_alias("champion") is not None
