"""A search varies what matters to the way of reading that is configured."""

import pytest

from training.config import TrainingConfig
from training.search_space import search_space, value_of, with_values
from training.transformer.settings import TransformerConfig

COUNTED = {"word_weight", "regularisation", "minimum_documents"}
FROZEN = {"transformer.layers", "transformer.window"}
FINE_TUNED = {"transformer.learning_rate", "transformer.epochs", "transformer.layer_decay"}


@pytest.mark.parametrize(
    ("encoder", "mode", "varied"),
    [
        ("linear", "frozen", COUNTED),
        ("transformer", "frozen", FROZEN | {"transformer.regularisation"}),
        ("hybrid", "frozen", COUNTED | FROZEN | {"transformer.weight"}),
        ("transformer", "fine_tuned", FINE_TUNED),
        ("hybrid", "fine_tuned", COUNTED | FINE_TUNED),
    ],
)
def test_each_way_of_reading_has_its_settings(encoder: str, mode: str, varied: set[str]) -> None:
    settings = {"encoder": encoder, "transformer": {"mode": mode}}
    assert search_space(TrainingConfig.model_validate(settings)).keys() == varied


def test_nothing_tried_is_slower_to_serve_than_what_was_configured() -> None:
    space = search_space(
        TrainingConfig(encoder="transformer", transformer=TransformerConfig(layers=6, window=128))
    )
    assert space["transformer.layers"].choices == (3, 4, 6)  # type: ignore[attr-defined]
    assert space["transformer.window"].choices == (64, 128)  # type: ignore[attr-defined]


def test_all_layers_of_a_base_model_of_unknown_depth_stay() -> None:
    whole = TransformerConfig(layers=None)
    space = search_space(TrainingConfig(encoder="transformer", transformer=whole))
    assert "transformer.layers" not in space


def test_a_value_goes_where_its_name_says() -> None:
    found = with_values(TrainingConfig(), {"regularisation": 2.0, "transformer.epochs": 7})
    assert (found.regularisation, found.transformer.epochs) == (2.0, 7)
    assert value_of(found, "transformer.epochs") == 7
    assert found.transformer.regularisation == TransformerConfig().regularisation
