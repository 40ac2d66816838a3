"""Another model comes in whole, or not at all, while the old one goes on answering."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from model.bundle import read_bundle, write_bundle
from model.errors import FenzhenError
from serving.app import create_app
from serving.models.holder import Holder
from serving.models.loading import keep_copy, load_model
from serving.service import Service
from serving.settings import Settings
from serving.storage.database import Database
from serving.storage.tables import triages
from serving.storage.work_tables import model_choices
from tests.serving.arrivals import NOW, TEXTS
from tests.serving.clients import local_client


@pytest.fixture
def folder(bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle, tmp_path / "bundle"))


def _other(folder: Path) -> None:
    """Another model in the folder: the same but for its metrics' spelling."""
    files = dict(read_bundle(folder).files)
    files["card.json"] += b"\n"
    write_bundle(folder, files)


def test_a_new_model_in_the_folder_takes_over(folder: Path) -> None:
    holder = Holder("champion")
    assert holder.refresh(str(folder))
    before = holder.triager()
    assert not holder.refresh(str(folder))
    _other(folder)
    assert holder.refresh(str(folder))
    assert holder.triager().identity.version != before.identity.version


@pytest.mark.parametrize(
    "spoil",
    [
        shutil.rmtree,
        lambda folder: (folder / "manifest.json").write_text("{}"),
        lambda folder: (folder / "taxonomy.yaml").write_text("x"),
        lambda folder: (folder / "stray.pkl").write_bytes(b"x"),
    ],
)
def test_a_broken_model_does_not_take_over_and_is_told(
    folder: Path, spoil: Callable[[Path], object]
) -> None:
    holder = Holder("champion")
    holder.refresh(str(folder))
    before = holder.triager()
    spoil(folder)
    if folder.exists():
        manifest = folder / "manifest.json"
        manifest.write_bytes(manifest.read_bytes() + b" ")
    holder.refresh(str(folder))
    assert holder.triager() is before
    assert holder.failures == 1
    assert "未能加载" in str(holder.obstacle)
    holder.refresh(str(folder))
    assert holder.failures == 1  # not tried again unchanged


def test_a_model_that_reads_an_unmistakable_clue_wrong_does_not_take_over(folder: Path) -> None:
    """Here the clue was made wrong, not the model: to the self-test it is the same."""
    holder = Holder("champion")
    holder.refresh(str(folder))
    before = holder.triager()
    files = dict(read_bundle(folder).files)
    golden = (
        '{"clue_id": "G-1", "text": "小区供暖一直不热，物业不管。", "module": "minor_protection",'
        ' "urgency": "normal", "function": "minors", "procuratorate": "city"}'
    )
    write_bundle(folder, files | {"golden.jsonl": golden.encode()})
    holder.refresh(str(folder))
    assert holder.triager() is before
    assert "G-1" in str(holder.obstacle)


def test_unmistakable_clues_that_are_not_utf_8_are_a_clear_refusal(folder: Path) -> None:
    files = dict(read_bundle(folder).files)
    write_bundle(folder, files | {"golden.jsonl": "供暖".encode("gb18030")})
    with pytest.raises(FenzhenError, match="不是 UTF-8 编码"):
        load_model(str(folder))


@pytest.fixture
def service(database: Database, folder: Path, tmp_path: Path) -> Iterator[Service]:
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(
        model=folder, shadow_model=folder, database_url=url, files=tmp_path / "files",
        model_poll_seconds=0.05,
    )  # fmt: skip
    service = Service(settings)
    service.start()
    assert service.champion.settled.wait(30)
    assert service.shadow.settled.wait(30)
    yield service
    service.stop()


def test_a_chosen_model_takes_over_in_the_running_service(
    service: Service, database: Database, folder: Path, tmp_path: Path
) -> None:
    chosen = Path(shutil.copytree(folder, tmp_path / "chosen"))
    _other(chosen)
    before = service.champion.triager().identity.version
    _choose(database, chosen)
    for _ in range(600):
        if service.champion.triager().identity.version != before:
            break
        service.champion.settled.wait()
        _pause()
    assert service.champion.triager().identity.version != before


@pytest.fixture
def forking(bundle: Path, tmp_path: Path, database: Database) -> Service:
    """A service whose model is to be loaded before it forks."""
    url = database.url.render_as_string(hide_password=False)
    return Service(Settings(model=bundle, database_url=url, files=tmp_path / "files",
                            model_poll_seconds=0.05))  # fmt: skip


def _choose(database: Database, source: Path) -> None:
    with database.write() as connection:
        connection.execute(insert(model_choices).values(
            at=NOW, actor="cli:x", act="use", source=str(source), version="v", detail=""
        ))  # fmt: skip


def test_a_model_loaded_before_the_fork_is_in_the_history_once(
    forking: Service, database: Database
) -> None:
    forking.load_before_the_fork()
    forking.start()
    for _ in range(10):
        _pause()
    forking.stop()
    with database.read() as connection:
        acts = connection.execute(select(model_choices.c.act)).scalars().all()
    assert acts == ["loaded"]


def test_what_is_loaded_before_the_fork_is_what_somebody_chose(
    forking: Service, database: Database, folder: Path
) -> None:
    _choose(database, folder)
    forking.load_before_the_fork()
    assert forking.champion.model is not None
    assert forking.champion.model.source == str(folder)


def test_a_worker_does_not_begin_with_a_model_withdrawn_since_the_fork(
    forking: Service, database: Database, tmp_path: Path
) -> None:
    forking.load_before_the_fork()
    _choose(database, tmp_path / "gone")
    forking.start()
    try:
        assert forking.champion.model is None
        assert forking.champion.obstacle is not None
    finally:
        forking.stop()


def test_two_workers_that_keep_the_same_model_keep_it_once(bundle: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: keep_copy(bundle, tmp_path / "kept", "v"), range(4)))
    assert set(kept) == {tmp_path / "kept" / "v"}
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["v"]


def test_a_copy_that_is_loaded_again_outlasts_those_loaded_before(
    bundle: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(bundle, tmp_path / "old"))
    os.utime(old, (0, 0))
    kept = keep_copy(old, tmp_path / "kept", "old")
    for number in range(8):
        keep_copy(bundle, tmp_path / "kept", str(number))
        keep_copy(old, tmp_path / "kept", "old")
    assert kept.is_dir()
    assert {path.name for path in kept.parent.iterdir()} == {"old", "4", "5", "6", "7"}


def test_a_new_database_is_its_owner_s_alone_with_several_workers_too(
    bundle: Path, tmp_path: Path
) -> None:
    file = tmp_path / "fenzhen.db"
    Service(Settings(model=bundle, database_url=f"sqlite:///{file}")).load_before_the_fork()
    assert file.stat().st_mode & 0o077 == 0


def _pause() -> None:
    import time

    time.sleep(0.05)


def test_the_shadow_answers_too_and_is_never_shown(service: Service, database: Database) -> None:
    from model.clue import Clue

    service.line.submit(Clue(clue_id="LJ-1", text=TEXTS[0])).result(30)
    for _ in range(600):
        with database.read() as connection:
            roles = connection.execute(select(triages.c.role)).scalars().all()
        if len(roles) == 2:
            break
        _pause()
    assert sorted(roles) == ["champion", "shadow"]


def test_readiness_tells_of_a_model_that_could_not_take_over(
    bundle: Path, tmp_path: Path, database: Database
) -> None:
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(model=bundle, shadow_model=tmp_path / "none", database_url=url,
                        files=tmp_path / "files")  # fmt: skip
    application = create_app(settings)
    with local_client(application) as client:
        assert application.state.service.champion.settled.wait(30)
        assert application.state.service.shadow.settled.wait(30)
        answer = client.get("/readyz")
        assert (answer.status_code, "manifest.json" in answer.json()["shadow_obstacle"]) == (
            200,
            True,
        )
        assert "fenzhen_shadow_failures 1.0" in client.get("/metrics").text
