"""A search over the settings of the encoder, tried out on a tiny one."""

from pathlib import Path

import pytest

from training.config import Search, TrainingConfig
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
