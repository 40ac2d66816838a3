"""Which settings a search varies and how far, by the way of reading that is configured."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from training.config import TrainingConfig

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

_OF_TRANSFORMER = "transformer."


def search_space(config: TrainingConfig) -> dict[str, "BaseDistribution"]:
    """Distributions by the name of the setting; those of the encoder begin with ``transformer.``.

    Layers and window are only ever made smaller: nothing found costs more to serve than what was
    configured.
    """
    space: dict[str, BaseDistribution] = {}
    if config.encoder != "transformer":
        space |= _counted()
    if config.encoder != "linear":
        chosen = _frozen(config) if config.transformer.mode == "frozen" else _fine_tuned()
        space |= {_OF_TRANSFORMER + name: values for name, values in chosen.items()}
    return space


def _counted() -> dict[str, "BaseDistribution"]:
    from optuna.distributions import FloatDistribution, IntDistribution

    return {
        "word_weight": FloatDistribution(0.0, 2.0),
        "regularisation": FloatDistribution(0.05, 5.0, log=True),
        "minimum_documents": IntDistribution(1, 4),
    }


def _frozen(config: TrainingConfig) -> dict[str, "BaseDistribution"]:
    """A few depths and windows only: each reads all texts anew, once."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    settings = config.transformer
    strength = (
        {"weight": FloatDistribution(0.1, 1.0, log=True)}
        if config.encoder == "hybrid"
        else {"regularisation": FloatDistribution(1e-5, 1e-2, log=True)}
    )
    space: dict[str, BaseDistribution] = {
        **strength,
        "window": CategoricalDistribution(sorted({max(32, settings.window // 2), settings.window})),
    }
    if settings.layers is not None:
        depths = {max(1, settings.layers * quarters // 4) for quarters in (2, 3, 4)}
        space["layers"] = CategoricalDistribution(sorted(depths))
    return space


def _fine_tuned() -> dict[str, "BaseDistribution"]:
    from optuna.distributions import FloatDistribution, IntDistribution

    return {
        "learning_rate": FloatDistribution(1e-5, 5e-4, log=True),
        "epochs": IntDistribution(1, 8),
        "layer_decay": FloatDistribution(0.6, 1.0),
    }


def with_values(config: TrainingConfig, values: Mapping[str, Any]) -> TrainingConfig:
    """The settings with these in place of their own, named as in ``search_space``."""
    inner = {
        name.removeprefix(_OF_TRANSFORMER): value
        for name, value in values.items()
        if name.startswith(_OF_TRANSFORMER)
    }
    outer = {n: value for n, value in values.items() if not n.startswith(_OF_TRANSFORMER)}
    transformer = config.transformer.model_copy(update=inner)
    return config.model_copy(update=outer | {"transformer": transformer})


def value_of(config: TrainingConfig, name: str) -> Any:
    """The value that a setting, named as in ``search_space``, has now."""
    if name.startswith(_OF_TRANSFORMER):
        return getattr(config.transformer, name.removeprefix(_OF_TRANSFORMER))
    return getattr(config, name)
