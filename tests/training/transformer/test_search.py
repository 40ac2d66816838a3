"""A search over the settings of the encoder, tried out on a tiny one."""

from pathlib import Path

import pytest

from training.config import Search, TrainingConfig
from training.run import train
from training.search import search_settings


@pytest.mark.slow
def test_depth_and_strength_of_a_frozen_encoder_are_looked_for(
    tiny_config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    wanted = tiny_config.model_copy(
        update={"encoder": "transformer", "search": Search(minutes=5, trials=3)}
    )
    found = search_settings(wanted, told.append)
    assert any("第 3 组" in line for line in told)
    assert found.transformer.layers in (1, 2, 3) and found.transformer.window in (32, 64)
    assert "transformer.regularisation" in told[-1]


@pytest.mark.slow
def test_the_run_proper_goes_on_from_the_fits_of_the_best_and_no_others_are_left(
    tiny_config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tuned = {"mode": "fine_tuned", "epochs": 1}
    wanted = tiny_config.model_copy(
        update={
            "encoder": "transformer",
            "transformer": tiny_config.transformer.model_copy(update=tuned),
            "search": Search(minutes=5, trials=3),
        }
    )
    found = search_settings(wanted, lambda _: None)
    fits = tiny_config.transformer.cache / "fits"
    assert len(list(fits.iterdir())) == wanted.folds
    told: list[str] = []
    train(found, told.append)
    assert not any("折 微调" in line for line in told)
    assert not list(fits.iterdir())
