"""How clues are read as they come in: some together, some at the same time, each answered on its
own."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from model.clue import Clue
from model.triage import Triage
from model.triager import ReadClue, Triager
from serving.problems import RefusedError
from serving.service import Service
from serving.settings import Settings

TEXTS = (
    "七里河区西津西路一家工厂夜里往黄河偷排污水，水面漂着油花。",
    "请问我的案子移送到检察院没有，现在到哪一步了？",
    "榆中县一个村里，孩子五岁，被锁在屋里三天没吃的。",
    "小区暖气一直不热，打了物业好几次电话都不来修。",
)


@contextmanager
def _running(bundle: Path, folder: Path, **settings: int) -> Iterator[Service]:
    service = Service(
        Settings(model=bundle, database_url=f"sqlite:///{folder / 'fenzhen.db'}",
                 files=folder / "files", **settings)  # type: ignore[arg-type]
    )  # fmt: skip
    service.start()
    assert service.champion.settled.wait(timeout=30)
    yield service
    service.stop()


@pytest.fixture
def gathering(bundle: Path, tmp_path: Path) -> Iterator[Service]:
    """A service that waits half a second for three clues to read together."""
    with _running(bundle, tmp_path, readers=2, onnx_batch=3, onnx_wait_ms=500) as service:
        _as_an_encoder(service)
        yield service


@pytest.fixture
def pair(bundle: Path, tmp_path: Path) -> Iterator[Service]:
    """A service that may read two clues at the same time."""
    with _running(bundle, tmp_path, readers=2) as service:
        yield service


def _as_an_encoder(service: Service) -> None:
    """The linear model passes for one; the second thread looks twice a second whether it can
    help."""
    model = service.champion.model
    assert model is not None
    model.triager.identity = model.triager.identity.model_copy(update={"encoder": "hybrid"})
    time.sleep(1)


@pytest.fixture
def together(gathering: Service, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many clues were read each time, as it goes on."""
    sizes: list[int] = []
    read = Triager.read

    def counted(triager: Triager, clues: Sequence[Clue]) -> list[ReadClue]:
        sizes.append(len(clues))
        if any("读不了" in clue.text for clue in clues):
            raise RuntimeError
        return read(triager, clues)

    monkeypatch.setattr(Triager, "read", counted)
    return sizes


def test_what_comes_together_is_read_together(
    gathering: Service, together: list[int], triager: Triager
) -> None:
    waiting = [gathering.line.submit(Clue(text=text)) for text in TEXTS[:3]]
    answers = [Triage.model_validate_json(each.result(timeout=20)) for each in waiting]
    assert together == [3]
    assert [answer.module for answer in answers] == [
        triager.triage(Clue(text=text)).module for text in TEXTS[:3]
    ]


def test_a_single_clue_waits_no_longer_than_it_may(gathering: Service, together: list[int]) -> None:
    began = time.monotonic()
    gathering.line.submit(Clue(text=TEXTS[0])).result(timeout=20)
    assert 0.5 <= time.monotonic() - began < 5
    assert together == [1]


def test_one_that_cannot_be_read_does_not_take_the_others_along(
    gathering: Service, together: list[int]
) -> None:
    good, bad = (gathering.line.submit(Clue(text=text)) for text in (TEXTS[0], "这一件读不了。"))
    assert Triage.model_validate_json(good.result(timeout=20)).module.code == "public_interest"
    with pytest.raises(RuntimeError):
        bad.result(timeout=20)
    assert sorted(together) == [1, 1, 2]


def test_an_impossible_moment_is_refused_alone(gathering: Service) -> None:
    early = Clue.model_validate({"text": TEXTS[1], "submitted_at": "1066-10-14T09:00:00+08:00"})
    waiting = [gathering.line.submit(clue) for clue in (early, Clue(text=TEXTS[3]))]
    with pytest.raises(RefusedError):
        waiting[0].result(timeout=20)
    assert Triage.model_validate_json(waiting[1].result(timeout=20)).module.code == "out_of_scope"


def test_an_encoder_reads_two_clues_at_the_same_time(
    pair: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_an_encoder(pair)
    meeting, read = threading.Barrier(2), Triager.read

    def met(triager: Triager, clues: Sequence[Clue]) -> list[ReadClue]:
        meeting.wait(timeout=20)
        return read(triager, clues)

    monkeypatch.setattr(Triager, "read", met)
    for waiting in [pair.line.submit(Clue(text=text)) for text in TEXTS[:2]]:
        assert waiting.result(timeout=30)


def test_n_grams_are_counted_for_one_clue_at_a_time(
    pair: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, read = threading.Lock(), Triager.read

    def kept_waiting(triager: Triager, clues: Sequence[Clue]) -> list[ReadClue]:
        assert alone.acquire(blocking=False)
        time.sleep(0.05)
        alone.release()
        return read(triager, clues)

    monkeypatch.setattr(Triager, "read", kept_waiting)
    time.sleep(1)  # by then a second thread would have looked whether it can help
    for waiting in [pair.line.submit(Clue(text=text)) for text in TEXTS]:
        assert waiting.result(timeout=30)
