"""Noise: seeded, of the kinds that people make, learned from only where asked."""

from pathlib import Path

import numpy as np
import pytest

from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.augment import Noise
from training.config import TrainingConfig
from training.dataset import Dataset, build_dataset
from training.labelled import read_labelled

TEXT = (
    "去年九月我在榆中县城买了一台电动车，骑了不到三个月电池就鼓包了，商家说是我自己充坏的，"
    "不给换也不给退。我打过消费热线，工作人员说已经转给市场监管所，到现在没有人给我回电话。"
)


def _copies(count: int) -> list[str]:
    noise = Noise([TEXT, "在再做作，的地得，以已经，帐账号，期其起"])
    return [noise.copy(TEXT, np.random.default_rng(seed)) for seed in range(count)]


def test_the_same_seed_gives_the_same_copies() -> None:
    assert _copies(20) == _copies(20)


def test_every_kind_of_noise_occurs() -> None:
    copies = _copies(200)
    assert any("，" not in copy for copy in copies)
    assert any("電" in copy for copy in copies)
    assert any(copy.startswith(("【", "工单", "来电人")) for copy in copies)
    assert any(TEXT.startswith(copy) and len(copy) < len(TEXT) for copy in copies)


def test_a_typo_sounds_like_what_was_meant() -> None:
    from pypinyin import lazy_pinyin

    mistyped = [copy for copy in _copies(200) if len(copy) == len(TEXT) and copy != TEXT]
    plain = [copy for copy in mistyped if "電" not in copy]
    assert plain
    for copy in plain:
        assert lazy_pinyin(list(copy)) == lazy_pinyin(list(TEXT))


@pytest.fixture(scope="module")
def few(datasets: Path, training_config: TrainingConfig) -> dict[float, Dataset]:
    taxonomy = load_taxonomy(training_config.taxonomy)
    files = [datasets / "clues" / f"{m}.jsonl" for m in ("judicial_aid", "case_information")]
    clues = read_labelled(files, taxonomy)
    signals = load_signals(training_config.signals)
    return {
        share: build_dataset(
            clues, taxonomy, signals, training_config.model_copy(update={"noisy_copies": share})
        )
        for share in (0.0, 1.0)
    }


def test_without_the_setting_one_learns_from_the_texts_alone(few: dict[float, Dataset]) -> None:
    seen, _ = few[0.0].fold(0)
    readings, targets = few[0.0].lessons(seen)
    assert [reading.encoded for reading in readings] == [few[0.0].texts[row] for row in seen]
    assert targets.module.size == len(readings)


def test_copies_of_what_is_held_out_are_never_learned(few: dict[float, Dataset]) -> None:
    seen, held_out = few[1.0].fold(0)
    readings, targets = few[1.0].lessons(seen)
    assert len(readings) == targets.module.size == 2 * seen.size
    held_back = {few[1.0].noisy[row].written for row in held_out.tolist()}
    assert not held_back & {reading.written for reading in readings}
